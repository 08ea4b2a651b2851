"""How long people wait: the moments of a real server, over HTTP, websockets and in Chromium where there is one."""

from __future__ import annotations

import json
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.checking import LAYERS, chain
from tests.benchmarks.report import ROUNDS, Bench, Missing, Moment
from tests.benchmarks.viewing import RATE, seen
from tests.e2e.conftest import FLAGS
from tests.e2e.server import Server, wait_for

VIEWERS = 1_000


def click(folder: Path) -> Iterator[Moment]:
    """From the click on Train to the first point, of a network that is new and of one seen before."""
    with Server(folder) as server:
        documents = _breast_cancer(server)
        _first_point(server, _widened(documents, 99))  # what a server does only once
        new = [_first_point(server, _widened(documents, place)) for place in range(ROUNDS)]
        seen = [_first_point(server, _widened(documents, place)) for place in range(ROUNDS)]
    yield Moment("click Train → first point, new small network, median", statistics.median(new) * 1e3, 2_500)
    yield Moment("click Train → first point, network seen before, median", statistics.median(seen) * 1e3, 1_000)


def stop(folder: Path) -> Iterator[Moment]:
    """From Stop to the end of the steps, and to the end of the run with its model saved."""
    with Server(folder) as server:
        documents = _breast_cancer(server)
        documents["settings"] |= {"epochs": 100_000, "early_stopping": None}
        ends, saved = [], []
        for _ in range(2 * ROUNDS):
            run = _trained(server, documents)
            pressed = time.time()
            server.client.post(f"/api/runs/{run}/stop/").raise_for_status()
            server.wait_for_end(run)
            told = server.events(run)
            stopped = next(one for one in told if one["type"] == "phase" and one["phase"] == "evaluating")
            ends.append(_when(stopped) - pressed)
            saved.append(_when(told[-1]) - pressed)
    yield Moment("stop pressed → steps ended, 95th percentile", _percentile(ends, 95) * 1e3, 200)
    yield Moment("stop pressed → best model saved, median", statistics.median(saved) * 1e3)


def stream(folder: Path) -> Iterator[Moment]:
    """From an event in the trainer's file to its viewers, who must get all of them in order."""
    with Server(folder) as server:
        for viewers, limit in ((1, 150), (VIEWERS, 250)):
            told = seen(server, viewers)
            title = f"metric → {viewers:,} viewer{'s' if viewers > 1 else ''} at {RATE} events/s"
            yield Moment(f"{title}, 99th percentile", _percentile(told.delays, 99) * 1e3, limit)
            yield Moment(f"{title}, lost", told.lost, 0, "events")


def edit(folder: Path) -> Iterator[Moment]:
    """From an edit of a drawing of 200 layers to its shapes, over HTTP."""
    with Server(folder) as server:
        data = {"name": "features", "shape": [30], "dtype": None}
        taken = []
        for place in range(0, LAYERS, 5):
            drawing = chain(LAYERS, place or None).model_dump(mode="json")
            drawing["nodes"][0]["config"] = data
            began = time.perf_counter()
            server.client.post("/api/check/", json={"graph": drawing}).raise_for_status()
            taken.append(time.perf_counter() - began)
    yield Moment("edit → shapes of 200 layers, over HTTP, 95th percentile", _percentile(taken[1:], 95) * 1e3, 150)


def web(folder: Path) -> Iterator[Moment]:
    """How long a page's questions wait while a training takes all cores."""
    with Server(folder) as server:
        documents = _breast_cancer(server)
        documents["settings"] |= {"epochs": 100_000, "early_stopping": None, "batch_size": 512}
        _dense(documents)[0]["config"]["units"] = 4_000
        _dense(documents)[1]["config"]["units"] = 4_000
        run = _trained(server, documents)
        taken = []
        for _ in range(300):
            began = time.perf_counter()
            server.client.get(f"/api/runs/{run}/").raise_for_status()
            taken.append(time.perf_counter() - began)
            time.sleep(0.01)
    yield Moment("web while training takes all cores, 99th percentile", _percentile(taken, 99) * 1e3, 50)


def serve(folder: Path) -> Iterator[Moment | Missing]:
    """From `manage.py serve` to an answer, and to a page that can be used."""
    with Server(folder):
        pass  # the first time files are packed and tables made
    answers, pages = [], []
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with Server(folder) as server:
            answers.append(time.perf_counter() - began)
            if browser:
                pages.append(_opened(server, browser))
    yield Moment("manage.py serve → ready, median", statistics.median(answers) * 1e3, 2_000)
    if pages:
        yield Moment("page opened in Chromium → usable, median", statistics.median(pages) * 1e3, 1_500)
    else:
        yield Missing("page opened → usable", "no Chromium was found")


BENCHES = tuple(Bench(measure.__name__, measure) for measure in (click, stop, stream, edit, web, serve))


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _when(event: dict[str, Any]) -> float:
    from datetime import datetime

    return datetime.fromisoformat(event["time"]).timestamp()


def _breast_cancer(server: Server) -> dict[str, Any]:
    """What a run of the bundled sample is made of, with the proposed network."""
    made = server.client.post("/api/datasets/", json={"sample": "breast_cancer"}).raise_for_status().json()
    path = f"/api/datasets/{made['id']}/"
    wait_for(lambda: server.get(path)["state"] == "ready", 120, "the data set")
    given = {"dataset": made["id"], "recipe": server.get(path)["recipe"]}
    started = server.client.post("/api/starter/", json=given).raise_for_status().json()
    return {**given, "graph": started["graph"], "settings": started["settings"]}


def _dense(documents: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in documents["graph"]["nodes"] if node["type"] == "Dense"]


def _widened(documents: dict[str, Any], place: int) -> dict[str, Any]:
    """The same with another number of units, which makes it another program."""
    changed: dict[str, Any] = json.loads(json.dumps(documents))
    _dense(changed)[0]["config"]["units"] = 40 + place
    return changed


def _first_point(server: Server, documents: dict[str, Any]) -> float:
    """Seconds from asking for a run to its first point in the table."""
    began = time.perf_counter()
    run = _trained(server, documents)
    taken = time.perf_counter() - began
    server.client.post(f"/api/runs/{run}/stop/").raise_for_status()
    server.wait_for_end(run)
    return taken


def _trained(server: Server, documents: dict[str, Any]) -> int:
    """A run that has shown its first point."""
    run: int = server.client.post("/api/runs/", json=documents).raise_for_status().json()["id"]

    def shown() -> bool:
        return any(one["type"] in ("progress", "epoch") for one in server.get(f"/api/runs/{run}/events/")["events"])

    _soon(shown)
    return run


def _soon(condition: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("It took too long.")
        time.sleep(0.01)


def _opened(server: Server, browser: str) -> float:
    """Seconds from asking for the page to the button that begins a project."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page = chromium.new_page()
        began = time.perf_counter()
        page.goto(server.printed_link)
        page.get_by_role("button").first.wait_for()
        taken = time.perf_counter() - began
        chromium.close()
    return taken
