"""Every page, light and dark, at both sizes: readable by everybody, nothing reaches beyond the window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import journey
from tests.e2e.server import Server, wait_for

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
STEPS = ("Data", "Design", "Train", "Evaluate", "Use")


@pytest.fixture(scope="module")
def project(server: Server) -> Iterator[int]:
    """A sample that has been trained."""
    made = server.client.post("/api/projects/", json={"name": "Tumours", "template": "breast_cancer"}).json()["id"]
    wait_for(lambda: bool(server.get(f"/api/projects/{made}/")["graph"]["nodes"]), 60, "the sample to be read")
    for epochs in (60, 2):
        settings = {"epochs": epochs, "batch_size": 32}
        server.wait_for_end(server.client.post("/api/runs/", json={"project": made, "settings": settings}).json()["id"])
    yield made
    server.client.delete(f"/api/projects/{made}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)], ids=["1440x900", "1024x768"])
def test_every_page_is_accessible_and_fits_its_window(
    page: Page, project: int, scheme: str, size: tuple[int, int]
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    require_fine(page, "the list of projects")
    page.goto(f"/projects/{project}/data")
    for step in STEPS:
        journey.go(page, step)
        expect(page.get_by_role("link", name=re.compile(f"^{step},"))).to_have_attribute("aria-current", "page")
        page.wait_for_load_state("networkidle")
        require_fine(page, step)
    page.goto(f"/projects/{project}/train?show=runs")
    expect(page.get_by_role("table", name="Runs")).to_be_visible()
    require_fine(page, "the table of runs")
    for number in (1, 2):
        page.get_by_role("checkbox", name=f"Compare run {number}").check()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("table", name="Settings that differ")).to_contain_text("Epochs")
    require_fine(page, "the comparison")


def require_fine(page: Page, place: str) -> None:
    """No serious finding of axe, and no scrolling sideways."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    serious = [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in ("serious", "critical")
    ]
    assert serious == [], place
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, place


def test_two_clicks_lead_from_an_empty_server_to_a_curve(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Tell benign from malignant")).click()
    button = page.get_by_role("button", name="Train", exact=True)
    expect(button).to_be_enabled(timeout=30_000)
    button.click()
    wait_for(lambda: journey.chart(page).count() > 0 and journey.points(page) > 2, 60, "a curve")


def test_a_page_without_sign_in_tells_how_to_get_in(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.address)
    page = context.new_page()
    page.goto("/projects/1/design")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_role("textbox", name="Sign-in link").fill(server.sign_in_link("somebody_else"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_hidden()
    context.close()
