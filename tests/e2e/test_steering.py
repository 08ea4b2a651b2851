"""A run is paused, resumed, changed, stopped and continued in the browser."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Page, expect

from tests.e2e import files, journey
from tests.e2e.server import Server, wait_for


def test_a_run_is_paused_resumed_changed_stopped_and_continued(page: Page, server: Server, tmp_path: Path) -> None:
    files.write_table(tmp_path / "loans.csv", 20_000)
    journey.new_project(page)
    journey.upload(page, tmp_path / "loans.csv")
    journey.set_training(page, epochs=10_000, batch_size=8, patience=10_000)
    run = journey.train(page)
    wait_for(lambda: journey.points(page) >= 3, 60, "three points")

    page.get_by_role("button", name="Pause").click()
    progress = page.get_by_role("region", name="Progress")
    expect(progress).to_contain_text("Paused at epoch", timeout=30_000)
    assert server.get(f"/api/runs/{run}/")["state"] == "paused"
    expect(page.get_by_label("Figures")).to_contain_text(re.compile("Examples / s paused—"))
    paused = journey.last_seq(page)
    page.reload()
    expect(progress).to_contain_text("Paused at epoch")
    page.get_by_role("button", name="Resume").click()
    wait_for(lambda: journey.last_seq(page) > paused + 8, 60, "the curve to go on")

    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_role("textbox", name="Learning rate").fill("0.004")
    page.get_by_label("Epochs in all").fill("9000")
    page.get_by_role("button", name="Apply").click()
    log = page.get_by_role("region", name="Log", exact=True)
    expect(log).to_contain_text("learning rate 0.004, epochs 9000", timeout=30_000)
    expect(progress).to_contain_text("of 9,000", timeout=30_000)
    expect(page.get_by_label("Figures")).to_contain_text("0.004", timeout=30_000)

    branch_off(page, server, run)
    page.get_by_role("button", name="Stop", exact=True).click()
    ended = server.wait_for_end(run)
    assert (ended["state"], ended["metrics"]["reason"]) == ("finished", "stopped_by_user")
    page.get_by_role("button", name="Continue").click()
    dialog = page.get_by_role("dialog", name=re.compile("^Continue run"))
    expect(dialog.get_by_role("combobox", name="From")).to_have_value(re.compile("poch .* the newest"), timeout=30_000)
    dialog.get_by_role("button", name="Train on").click()
    page.wait_for_url(lambda url: f"run={run}" not in url)
    expect(page.get_by_role("region", name="About this run")).to_contain_text("Goes on from run 1", timeout=30_000)
    expect(progress).to_contain_text(re.compile(r"Epoch [\d,]+ of 9,000"), timeout=60_000)
    wait_for(lambda: marked(page, "from run 1"), 30, "the mark where it went on")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("region", name="Result")).to_contain_text("Test", timeout=60_000)
    found = re.search(r"run=(\d+)", page.url)
    assert found is not None
    assert steps(server, int(found.group(1)))[0] > steps(server, run)[-1]


def marked(page: Page, words: str) -> bool:
    """Whether a mark of a chart says so: written there, or where it has no room to who points at its sign."""
    if page.locator(".annotation-text", has_text=words).count():
        return True
    for sign in page.locator(".annotation-text", has_text="▾").all():
        with suppress(Error):  # the chart was drawn anew meanwhile
            sign.hover(force=True, timeout=2_000)
            page.locator(".hoverlayer", has_text=words).wait_for(timeout=1_000)
            return True
    return False


def branch_off(page: Page, server: Server, run: int) -> None:
    """A new run begins at an earlier place of one that trains on; then that one shows again."""
    page.get_by_role("button", name="Branch off").click()
    dialog = page.get_by_role("dialog", name="Branch off from run 1")
    expect(dialog.get_by_role("combobox", name="From")).to_have_value(re.compile("or later, the newest"))
    dialog.get_by_role("textbox", name="Learning rate").fill("0.002")
    dialog.get_by_role("button", name="Train on").click()
    page.wait_for_url(lambda url: f"run={run}" not in url)
    expect(page.get_by_role("region", name="About this run")).to_contain_text("Goes on from run 1")
    found = re.search(r"run=(\d+)", page.url)
    assert found is not None
    branch = server.get(f"/api/runs/{found.group(1)}/")
    assert (branch["state"], branch["settings"]["optimizer"]["learning_rate"]) == ("queued", 0.002)
    assert server.get(f"/api/runs/{run}/")["state"] == "running"
    page.get_by_role("button", name="Stop", exact=True).click()  # else it would be trained before the next one
    server.wait_for_end(branch["id"])
    page.go_back()
    page.wait_for_url(lambda url: f"run={run}" in url)


def steps(server: Server, run: int) -> list[int]:
    """The steps that a run told of."""
    return [event["step"] for event in server.events(run) if event["type"] == "progress"]
