"""Runs as things people keep: described in place, found again, compared, used again; their ends are told once."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e import journey
from tests.e2e.server import Server, wait_for


def test_runs_are_described_found_compared_and_used_again(page: Page, server: Server) -> None:
    made = server.client.post("/api/projects/", json={"name": "Kept", "template": "breast_cancer"}).json()["id"]
    wait_for(lambda: bool(server.get(f"/api/projects/{made}/")["graph"]["nodes"]), 60, "the sample to be read")
    page.goto(f"/projects/{made}/design")
    runs = []
    for epochs in (3, 4):
        settings = {"epochs": epochs, "batch_size": 16 * epochs}
        runs.append(server.client.post("/api/runs/", json={"project": made, "settings": settings}).json()["id"])
    for run in runs:
        server.wait_for_end(run)

    # The end of the second run is told on the Design page, and one click leads to it.
    told = page.get_by_role("alert").filter(has_text="Run 2 has ended")
    expect(told).to_be_visible(timeout=journey.SLOW)
    told.get_by_role("button", name="Open").click()
    expect(page).to_have_url(re.compile(rf"/train\?run={runs[1]}"))

    # What is said of a run is saved by itself, and finds it again after a reload.
    about = page.get_by_role("region", name="About this run")
    about.get_by_role("textbox", name="Name of the run").fill("Larger batch")
    about.get_by_label("Tags").fill("try again")
    about.get_by_label("Tags").press("Enter")
    about.get_by_label("Notes").fill("Slower, but no worse.")
    expect(about.get_by_role("status")).to_have_text("saved")
    page.reload()
    expect(about.get_by_label("Notes")).to_have_value("Slower, but no worse.")
    listed = page.get_by_role("navigation", name="Runs")
    listed.get_by_role("searchbox", name="Find runs").fill("again")
    expect(listed.get_by_role("listitem")).to_have_count(1)
    expect(listed).to_contain_text("Larger batch")
    listed.get_by_role("searchbox", name="Find runs").fill("")

    # Two runs on one chart, with a line each for training and validation, and where they differ.
    for number in (1, 2):
        listed.get_by_role("checkbox", name=f"Compare run {number}").check()
    listed.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("[data-compared=loss]")).to_have_attribute("data-lines", "4", timeout=journey.SLOW)
    expect(page.get_by_role("table", name="Settings that differ")).to_contain_text("Batch size4864")
    page.reload()
    expect(page.locator("[data-compared=loss]")).to_have_attribute("data-lines", "4", timeout=journey.SLOW)

    # Its settings are the project's again, until one thinks better of it.
    page.goto(f"/projects/{made}/train?run={runs[1]}")
    page.get_by_role("button", name="Reuse run 2").click()
    page.get_by_role("menuitem", name="Use these settings").click()
    wait_for(lambda: server.get(f"/api/projects/{made}/")["settings"]["batch_size"] == 64, 10, "the settings")
    page.get_by_role("button", name="Undo").click()
    wait_for(lambda: server.get(f"/api/projects/{made}/")["settings"]["batch_size"] == 32, 10, "the settings before")
    server.client.delete(f"/api/projects/{made}/")
