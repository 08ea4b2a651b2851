"""How a file was read is shown, can be changed, and the preview follows."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e import journey

ROWS = "".join(f"Müller {place};{place % 9 + 1}.{place % 1000:03},5;{'xy'[place % 2]}\n" for place in range(60))
UGLY = f"Umsätze;;\n# Quelle: Amt\nName;Umsatz;Art\n{ROWS}kaputt;1\n"


def _preview(page: Page) -> Locator:
    return page.get_by_role("region", name="Preview")


def test_a_reading_is_shown_and_changed_and_what_was_rejected_taken_away(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "ugly.csv"
    file.write_bytes(UGLY.encode("cp1252"))
    journey.new_project(page)
    journey.upload(page, file)
    reading = page.get_by_role("region", name="Reading")
    for field, value in {"Separator": ";", "Encoding": "cp1252", "Decimal sign": ",", "Groups of digits": "."}.items():
        expect(reading.get_by_label(field, exact=True)).to_have_value(value)
    expect(_preview(page)).to_contain_text("1000.5", timeout=journey.SLOW)

    reading.get_by_label("Groups of digits").select_option("")
    expect(_preview(page)).to_contain_text("1.000,5", timeout=journey.SLOW)
    reading.get_by_label("Separator", exact=True).select_option("|")
    expect(reading.get_by_role("alert")).to_contain_text("It could not be read that way", timeout=journey.SLOW)
    expect(_preview(page)).to_contain_text("1.000,5")
    reading.get_by_role("button", name="Detect all automatically").click()
    expect(_preview(page)).to_contain_text("1000.5", timeout=journey.SLOW)

    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Download the list of all 3")).click()
    listed = download.value.path().read_text("utf-8")
    assert "kaputt;1" in listed
    assert "is a comment" in listed


def test_a_file_that_could_not_be_read_is_mended_by_saying_how_it_is_written(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "colons.txt"
    file.write_text("a:b:c\n" + "".join(f"{place}:{place % 7}:{'xy'[place % 2]}\n" for place in range(60)))
    journey.new_project(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a file").first.click()
    chooser.value.set_files(file)
    expect(page.get_by_text("colons.txt could not be read")).to_be_visible(timeout=journey.SLOW)
    page.get_by_role("region", name="Reading").get_by_label("Separator", exact=True).select_option(":")
    expect(_preview(page).get_by_role("columnheader").nth(3)).to_be_visible(timeout=journey.SLOW)
    expect(page.get_by_role("link", name="Data, ready")).to_be_visible()
