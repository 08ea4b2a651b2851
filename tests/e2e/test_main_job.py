"""The main job in a real browser: a file in, a drawn network trained live, a working model out."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import files, journey
from tests.e2e.conftest import CleanPython
from tests.e2e.server import Server, wait_for


def test_a_csv_becomes_a_model_that_answers_alike_on_the_server_and_in_a_fresh_environment(
    page: Page, server: Server, clean_python: CleanPython, tmp_path: Path
) -> None:
    table = tmp_path / "loans.csv"
    files.write_table(table, 30_000)
    project = journey.new_project(page)
    journey.upload(page, table)
    expect(page.get_by_role("region", name="Rows of the data set")).to_contain_text("Łódź", timeout=30_000)

    journey.go(page, "Design")
    page.get_by_role("group", name=re.compile("^dense_1,")).click()
    journey.fill(page, "Units", 24)
    expect(page.get_by_role("group", name=re.compile("^dense_1,"))).to_contain_text("24 units")
    journey.set_training(page, epochs=10_000, batch_size=8, patience=10_000)
    expect(page.get_by_role("region", name="What a run takes")).to_contain_text("per epoch", timeout=60_000)
    found = journey.find_rate(page)
    assert 1e-5 < found < 1
    assert server.get(f"/api/runs/?project={project}") == []
    journey.fill(page, "Learning rate", 0.001)
    run = journey.train(page)

    wait_for(lambda: journey.points(page) >= 3, 60, "three points")
    early = journey.points(page)
    wait_for(lambda: journey.points(page) > early, 30, "the curve to grow")
    assert server.get(f"/api/runs/{run}/")["state"] == "running"
    seen = journey.last_seq(page)
    page.reload()
    wait_for(lambda: journey.last_seq(page) >= seen, 30, "the curve to come back whole")
    assert journey.points(page) >= early

    wait_for(
        lambda: server.get(f"/api/runs/{run}/")["progress"]["epoch"] > 1, 120, "an epoch, which is worth measuring"
    )
    page.get_by_role("button", name="Stop").click()
    ended = server.wait_for_end(run)
    assert (ended["state"], ended["metrics"]["reason"]) == ("finished", "stopped_by_user")
    expect(page.get_by_role("region", name="Result")).to_contain_text("Test", timeout=30_000)
    require_no_gap(page, server, run)
    assert ended["metrics"]["test"]["accuracy"] > 0.75

    folder = download(page, tmp_path)
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))[:200]
    asked = tmp_path / "rows.csv"
    with asked.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["income", "age", "city", "contract"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    printed = clean_python.run(clean_python(folder / "requirements.txt"), folder, str(asked))
    answer = server.client.post(f"/api/runs/{run}/predict/", json={"rows": rows})
    require_same(printed, answer.json()["predictions"], "repaid")

    form = page.get_by_role("form", name="Predict one row")
    form.get_by_label("age").fill("70")
    form.get_by_label("income").fill("9000")
    form.get_by_role("button", name="Predict").click()
    expect(page.get_by_role("region", name="Prediction").last).to_contain_text("yes")


def test_a_zip_of_pictures_becomes_a_model_that_answers_alike_on_the_server_and_in_a_fresh_environment(
    page: Page, server: Server, clean_python: CleanPython, tmp_path: Path
) -> None:
    archive = tmp_path / "shapes.zip"
    files.write_pictures(archive, 150)
    journey.new_project(page)
    journey.upload(page, archive)
    expect(page.get_by_text("damaged.png").first).to_be_attached()

    journey.go(page, "Design")
    page.get_by_role("group", name=re.compile("^conv2d_1,")).click()
    journey.fill(page, "Filters", 12)
    expect(page.get_by_role("group", name=re.compile("^conv2d_1,"))).to_contain_text("20×20×12")
    journey.set_training(page, epochs=10_000, batch_size=16, patience=10_000)
    run = journey.train(page)

    wait_for(lambda: journey.points(page) >= 3, 60, "three points")
    seen = journey.last_seq(page)
    page.reload()
    wait_for(lambda: journey.last_seq(page) >= seen, 30, "the curve to come back whole")
    wait_for(lambda: server.events(run)[-1].get("epoch", 0) > 8, 60, "a few epochs")
    page.get_by_role("button", name="Stop").click()
    ended = server.wait_for_end(run)
    assert ended["state"] == "finished"
    expect(page.get_by_role("region", name="Result")).to_contain_text("Test", timeout=30_000)
    require_no_gap(page, server, run)
    assert ended["metrics"]["test"]["accuracy"] > 0.7

    folder = download(page, tmp_path)
    with zipfile.ZipFile(archive) as pictures:
        names = [f"shapes/{shape}/{number:03}.png" for shape in files.SHAPES for number in range(4)]
        pictures.extractall(tmp_path / "pictures", names)
    paths = [str(tmp_path / "pictures" / name) for name in names]
    printed = clean_python.run(clean_python(folder / "requirements.txt"), folder, *paths)
    answers = [
        server.client.post(f"/api/runs/{run}/predict/", files={"image": Path(path).read_bytes()}).json()
        for path in paths
    ]
    require_same(printed, [answer["predictions"][0] for answer in answers], "label")

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a picture").first.click()
    chooser.value.set_files(paths[0])
    expect(page.get_by_role("region", name="Prediction").last).to_contain_text("%")


@pytest.mark.parametrize("killed", [("webapp.web", "supervisor"), ("supervisor", "webapp.web")])
def test_killing_web_process_and_supervisor_mid_run_loses_and_doubles_no_event(
    page: Page, server: Server, tmp_path: Path, killed: tuple[str, str]
) -> None:
    table = tmp_path / "loans.csv"
    files.write_table(table, 20_000)
    journey.new_project(page)
    journey.upload(page, table)
    journey.set_training(page, epochs=150, batch_size=8, patience=1_000)
    run = journey.train(page)
    for word in killed:
        before = journey.last_seq(page)
        wait_for(lambda before=before: journey.last_seq(page) > before + 3, 60, "the curve to grow")
        victim = server.child(word)
        victim.kill()
        wait_for(lambda victim=victim: not victim.is_running(), 10, f"{word} to be gone")
    ended = server.wait_for_end(run, 180)
    assert (ended["state"], ended["problem"]) == ("finished", None)
    expect(page.get_by_role("region", name="Result")).to_contain_text("Test", timeout=60_000)
    require_no_gap(page, server, run)


def require_no_gap(page: Page, server: Server, run: int) -> None:
    """Every event of the trainer's own file is in the table once, in order, and in the chart."""
    events = server.events(run)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    spool = next(server.home.glob(f"runs/{run}/events.jsonl")).read_text().splitlines()
    assert [json.loads(line) for line in spool] == events
    wait_for(lambda: journey.last_seq(page) == len(events), 30, "the chart to have every event")
    told = Counter(event["type"] for event in events)
    shown = max(told["progress"], told["epoch"]) + told["epoch"]  # training by step or epoch, validation by epoch
    assert journey.points(page) == shown


def download(page: Page, folder: Path) -> Path:
    """Takes the bundle from the Use page and unpacks it."""
    page.get_by_role("link", name="Use this model").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download the model")).click()
    bundle = folder / "bundle"
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(bundle)
    return bundle


def require_same(printed: str, predictions: list[dict[str, Any]], target: str) -> None:
    """The CSV of predict.py and the answers of the server agree to 1e-5."""
    lines = list(csv.DictReader(io.StringIO(printed)))
    assert len(lines) == len(predictions)
    for line, prediction in zip(lines, predictions, strict=True):
        assert line[f"{target}_predicted"] == prediction[target]
        for name, chance in prediction[f"{target}_probabilities"].items():
            assert float(line[f"{target}_probability_{name}"]) == pytest.approx(chance, abs=1e-5)
