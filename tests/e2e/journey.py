"""Steps of the journey as a person takes them, by the names they see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

SLOW = 60_000


def new_project(page: Page) -> int:
    """Makes a blank project from the home page; gives its number."""
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Blank project")).click()
    page.wait_for_url(re.compile(r"/projects/\d+/"))
    found = re.search(r"/projects/(\d+)/", page.url)
    assert found is not None
    return int(found.group(1))


def upload(page: Page, file: Path, timeout: float = SLOW) -> None:
    """Gives the file to the Data page and waits until its rows are shown."""
    go(page, "Data")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a file").first.click()
    chooser.value.set_files(file)
    expect(page.get_by_role("link", name="Data, ready")).to_be_visible(timeout=timeout)


def go(page: Page, step: str) -> None:
    """Opens one of the five steps."""
    page.get_by_role("navigation", name="Steps").get_by_role("link", name=re.compile(f"^{step},")).click()


def saved(page: Page) -> None:
    """Waits until everything is saved."""
    expect(page.get_by_role("status", name="Save state")).to_contain_text(re.compile("saved", re.IGNORECASE))


def find_rate(page: Page) -> float:
    """Has a learning rate found, looks elsewhere and takes it; gives what then stands in the form."""
    page.get_by_role("button", name="Find a learning rate").click()
    expect(page.get_by_role("status", name="Searching for a learning rate")).to_be_visible()
    use = page.get_by_role("button", name=re.compile("^Use "))
    expect(use).to_be_visible(timeout=SLOW)
    tabs = page.get_by_role("region", name="Properties")
    for tab in ("Summary", "Training"):
        tabs.get_by_role("tab", name=tab).click()
    use.click()
    expect(use).to_be_hidden()
    return float(page.get_by_label("Learning rate").input_value())


def set_training(page: Page, epochs: int, batch_size: int | None = None, patience: int | None = None) -> None:
    """Sets the training settings on the Design page. Much patience keeps a run from ending before its test does."""
    go(page, "Design")
    page.get_by_role("region", name="Properties").get_by_role("tab", name="Training").click()
    fill(page, "Epochs", epochs)
    if batch_size is not None:
        fill(page, "Batch size", batch_size)
    if patience is not None:
        fill(page, "Patience", patience)
    saved(page)


def fill(page: Page, label: str, value: Any) -> None:
    """Types a value into a field of the property panel."""
    field = page.get_by_role("region", name="Properties").get_by_label(label, exact=True)
    field.fill(str(value))
    field.press("Enter")


def train(page: Page) -> int:
    """Presses Train; gives the number of the run in the URL."""
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(re.compile(r"/train\?.*run=\d+"))
    found = re.search(r"run=(\d+)", page.url)
    assert found is not None
    return int(found.group(1))


def points(page: Page) -> int:
    """How many points the loss chart holds."""
    return int(chart(page).get_attribute("data-points") or 0)


def last_seq(page: Page) -> int:
    """The number of the last event the loss chart has taken in."""
    return int(chart(page).get_attribute("data-last-seq") or 0)


def chart(page: Page) -> Any:
    return page.locator("[data-points]").first
