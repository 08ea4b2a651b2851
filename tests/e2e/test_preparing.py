"""From a suspicious table to a series that is trained and used: findings, mends, the split and the windows."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e import journey
from tests.e2e.server import Server

START = datetime(2021, 5, 3)


def _table() -> str:
    """Hourly demand; double is the target once more."""
    lines = ["when,load,double,demand"]
    for hour in range(300):
        demand = 50 + 20 * math.sin(hour / 4) + hour % 7
        moment = START + timedelta(hours=hour)
        lines.append(f"{moment:%d.%m.%Y %H:%M},{hour * 7 % 11},{2 * demand:.3f},{demand:.3f}")
    return "\n".join(lines)


def _mend_findings(page: Page) -> None:
    findings = page.get_by_role("list", name="Findings")
    expect(findings).to_contain_text("double is a copy of the target demand", timeout=journey.SLOW)
    expect(findings).to_contain_text("mostly in steps of 1 hour")
    findings.get_by_role("button", name="Leave out double").click()
    expect(page.get_by_label("Role of double")).to_have_value("ignore")
    findings.get_by_role("button", name="Split by time").click()
    split = page.get_by_role("region", name="Split", exact=True)
    expect(split.get_by_label("Method")).to_have_value("time")
    expect(split.get_by_label("Time column")).to_have_value("when")
    expect(findings).not_to_contain_text("copy of the target", timeout=journey.SLOW)
    expect(findings).not_to_contain_text("dealt by chance", timeout=journey.SLOW)


def _add_a_formula(page: Page) -> None:
    page.get_by_role("button", name="Add a formula").click()
    page.get_by_label("Name", exact=True).fill("hour_of_day")
    page.get_by_role("textbox", name="Formula").fill("hour(wen)")
    form = page.get_by_role("form", name="Formula")
    expect(form).to_contain_text("goes wrong at character 6: The data have no column 'wen'", timeout=journey.SLOW)
    page.get_by_role("textbox", name="Formula").fill("hour(when)")
    expect(form).to_contain_text("0, 1, 2, 3, 4 …", timeout=journey.SLOW)
    form.get_by_role("button", name="Add").click()


def _look_back(page: Page) -> None:
    """Makes a series of the table; as nobody has drawn, the proposed network follows."""
    network = page.get_by_role("region", name="Network", exact=True)
    expect(network).to_contain_text("6 layers")
    page.get_by_label("Look back on the rows before").check()
    page.get_by_role("button", name="More of hour_of_day").click()
    page.get_by_label("Known ahead").check()
    page.get_by_role("button", name="Less of hour_of_day").click()
    page.get_by_label("Rows looked back").fill("6")
    page.get_by_role("button", name="More of demand").click()
    page.get_by_label("What counts").select_option("difference")
    steps = page.get_by_role("table", name="Steps of the preparation")
    expect(steps).to_contain_text("Make hour_of_day = hour(when)", timeout=journey.SLOW)
    expect(steps).to_contain_text("Cut windows of 6 rows, to predict 1 further on300 → 293", timeout=journey.SLOW)
    expect(steps).to_contain_text("Input ahead of 1 column, as 1 values for each row")
    expect(network).not_to_contain_text("6 layers", timeout=journey.SLOW)
    expect(page.get_by_role("status", name="The network does not fit the data")).to_be_hidden(timeout=journey.SLOW)


def _predict(page: Page) -> None:
    journey.go(page, "Use")
    page.get_by_role("button", name="Predict from the last rows of the data").click()
    answers = page.get_by_role("region", name="Prediction").get_by_role("row")
    # The hour of what follows the very last row is not among the rows, so that the one before is the newest answer.
    expect(answers.nth(1)).to_contain_text("15.05.2021 10:00", timeout=journey.SLOW)
    expect(answers).to_have_count(13)


def test_findings_are_mended_and_a_series_is_trained_and_used(page: Page, server: Server, tmp_path: Path) -> None:
    file = tmp_path / "demand.csv"
    file.write_text(_table())
    journey.new_project(page)
    journey.upload(page, file)
    _mend_findings(page)
    _add_a_formula(page)
    _look_back(page)
    journey.saved(page)
    run = server.wait_for_end(journey.train(page))
    assert run["state"] == "finished", run["problem"]
    assert run["metrics"]["test"]["mae"] < 10
    _predict(page)
