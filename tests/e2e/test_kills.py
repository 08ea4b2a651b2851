"""Whatever is killed, and whenever: a run ends with the very curve and model of one that nobody touched."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.e2e import files
from tests.e2e.server import Server, wait_for

Event = dict[str, Any]
SECONDS = 4.0
"""How long a training lasts at the least for each process that is killed; a new one takes some of them to be there."""

ANSWERS = ("reason", "best_epoch", "validation", "test")


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose trainers write a checkpoint every second."""
    with Server(tmp_path_factory.mktemp("keeping"), NETLOOM_CHECKPOINT_SECONDS="1") as running:
        yield running


def patiently(ask: Callable[[], Any]) -> Any:
    """What the server says, as soon as it is there again."""
    for _ in range(300):
        try:
            return ask()
        except (httpx.TransportError, StopIteration, psutil.NoSuchProcess):
            time.sleep(0.1)
    return ask()


def read(server: Server, table: Path) -> int:
    """The number of a data set made of a file."""
    made = server.client.post("/api/datasets/", files={"file": table.read_bytes()}, data={"name": "Loans"}).json()
    wait_for(lambda: server.get(f"/api/datasets/{made['id']}/")["state"] == "ready", 60, "the file to be read")
    return int(made["id"])


def ask_for_run(server: Server, dataset: int, epochs: int) -> int:
    """A run of the proposed network."""
    proposed = server.get(f"/api/datasets/{dataset}/")
    settings = {**proposed["settings"], "epochs": epochs, "batch_size": 8, "early_stopping": {"patience": 10_000}}
    document = {"graph": proposed["graph"], "dataset": dataset, "recipe": proposed["recipe"], "settings": settings}
    made = server.client.post("/api/runs/", json=document)
    assert made.status_code == 201, made.text
    return int(made.json()["id"])


def kill(server: Server, run: int, word: str) -> None:
    """Ends a process at once: that of the web, the supervisor, or the trainer of a run."""
    if word == "trainer":
        note = json.loads((server.home / "runs" / str(run) / "lock").read_text() or "{}")
        victim = psutil.Process(note["pid"])
    else:
        victim = server.child(word)
    victim.kill()
    wait_for(lambda: not victim.is_running() or victim.status() == psutil.STATUS_ZOMBIE, 10, f"{word} to be gone")


def step_of(server: Server, run: int) -> tuple[int, bool]:
    found = patiently(lambda: server.get(f"/api/runs/{run}/"))
    return found["progress"].get("step", 0), found["state"] in ("finished", "failed")


def epochs_of(events: list[Event]) -> list[Event]:
    told = [event for event in events if event["type"] == "epoch"]
    return [{key: value for key, value in event.items() if key not in ("seq", "time")} for event in told]


def compare(server: Server, run: int, untouched: int) -> None:
    """Asserts that two runs told and left the same, and the first told it once, in order."""
    ended, whole = (patiently(lambda one=one: server.get(f"/api/runs/{one}/")) for one in (run, untouched))
    assert (ended["state"], ended["problem"]) == ("finished", None)
    events = patiently(lambda: server.events(run))
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    steps = [event["step"] for event in events if event["type"] == "progress"]
    assert steps == sorted(set(steps))
    assert epochs_of(events) == epochs_of(server.events(untouched))
    assert {key: ended["metrics"][key] for key in ANSWERS} == {key: whole["metrics"][key] for key in ANSWERS}
    weights = [(server.home / "runs" / str(one) / "weights.safetensors").read_bytes() for one in (run, untouched)]
    assert weights[0] == weights[1]


def got_beyond(server: Server, run: int, step: int) -> bool:
    """Whether a run told of a later step, or has nothing more to tell."""
    reached, over = step_of(server, run)
    return reached > step or over


def kill_at_random(server: Server, run: int, victims: list[str], dice: random.Random) -> int:
    """Kills one after the other while the run gets on; says how many it killed before the run ended."""
    reached = 0
    for place, word in enumerate(victims):
        wait_for(lambda reached=reached: got_beyond(server, run, reached), 60, "the run to get on")
        time.sleep(dice.uniform(0, 0.7))
        reached, over = step_of(server, run)
        if over:
            return place
        patiently(lambda word=word: kill(server, run, word))
    return len(victims)


def epochs_for(server: Server, dataset: int, seconds: float) -> int:
    """As many epochs as take so long on this machine at its quickest."""
    run = ask_for_run(server, dataset, 30)
    assert server.wait_for_end(run, 400)["state"] == "finished"
    times = [datetime.fromisoformat(event["time"]) for event in server.events(run) if event["type"] == "epoch"]
    quickest = min((after - before).total_seconds() for before, after in pairwise(times))
    return math.ceil(seconds / max(quickest, 0.001))


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_killing_trainer_web_and_supervisor_at_random_changes_nothing(
    keeping: Server, tmp_path: Path, kills: int
) -> None:
    files.write_table(tmp_path / "loans.csv", 12_000)
    dataset = read(keeping, tmp_path / "loans.csv")
    dice = random.Random(kills)
    victims = [
        "trainer",
        "supervisor",
        "webapp.web",
        *dice.choices(["trainer", "supervisor", "webapp.web"], k=kills - 3),
    ]
    epochs = epochs_for(keeping, dataset, SECONDS * kills)
    untouched = ask_for_run(keeping, dataset, epochs)
    assert keeping.wait_for_end(untouched, 400)["state"] == "finished"
    run = ask_for_run(keeping, dataset, epochs)
    killed = kill_at_random(keeping, run, victims, dice)
    wait_for(lambda: step_of(keeping, run)[1], 400, "the run to end")
    compare(keeping, run, untouched)
    assert killed == kills
