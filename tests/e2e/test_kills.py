"""Whatever is killed, and whenever: a run ends with the very curve and model of one that nobody touched."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest

from engine import large_pages
from tests.e2e import files
from tests.e2e.server import Server, wait_for
from tests.engine.training.lives import of_type, same_steps
from webapp.processes import engine_environment

Event = dict[str, Any]
SECONDS = 4.0
"""How long a training lasts at the least for each process that is killed; a new one takes some of them to be there."""

ANSWERS = ("reason", "best_epoch", "validation", "test")

UNTOUCHED = """
import json, os, sys
from pathlib import Path
import numpy as np
from engine.runner import run_job
from engine.training.pulse import Pulse

folder, heard, hear = Path(sys.argv[1]), [], Pulse.hear
Pulse.hear = lambda pulse, losses: heard.append(np.array(losses)) or hear(pulse, losses)
with (folder / "events.jsonl").open("w") as spool:
    status = run_job(folder / "job.json", lambda event: spool.write(json.dumps(event) + chr(10)))
np.save(folder / "losses.npy", np.concatenate(heard))
os._exit(status)
"""
"""Trains the job of a folder where nobody kills it, and writes down the loss of every step."""


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


def untouched(timed: Path, folder: Path, epochs: int) -> None:
    """Trains the job of a run for so many epochs in a folder of its own, as a trainer does, and lets it be."""
    folder.mkdir()
    job = json.loads((timed / "job.json").read_text())
    job |= {"folder": str(folder), "settings": {**job["settings"], "epochs": epochs}}
    (folder / "job.json").write_text(json.dumps(job))
    environment = engine_environment(**large_pages())
    subprocess.run([sys.executable, "-c", UNTOUCHED, str(folder)], env=environment, check=True)


def compare(server: Server, run: int, whole: Path) -> None:
    """Asserts that a run told and left what the one of a folder did, and told it once, in order."""
    ended = patiently(lambda: server.get(f"/api/runs/{run}/"))
    assert (ended["state"], ended["problem"]) == ("finished", None)
    events = patiently(lambda: server.events(run))
    told = [json.loads(line) for line in (whole / "events.jsonl").read_text().splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    same_steps(events, np.load(whole / "losses.npy"))
    assert of_type("epoch", events) == of_type("epoch", told)
    assert {key: ended["metrics"][key] for key in ANSWERS} == {key: told[-1][key] for key in ANSWERS}
    weights = [(folder / "weights.safetensors").read_bytes() for folder in (server.home / "runs" / str(run), whole)]
    assert weights[0] == weights[1]


def got_beyond(server: Server, run: int, step: int) -> bool:
    """Whether a run told of a later step, or has nothing more to tell."""
    reached, over = step_of(server, run)
    return reached > step or over


def kill_at_random(server: Server, run: int, victims: list[str], dice: random.Random) -> list[str]:
    """Kills one after the other while the run gets on; gives those it killed before the run ended."""
    reached = 0
    for place, word in enumerate(victims):
        wait_for(lambda reached=reached: got_beyond(server, run, reached), 60, "the run to get on")
        time.sleep(dice.uniform(0, 0.7))
        reached, over = step_of(server, run)
        if over:
            return victims[:place]
        patiently(lambda word=word: kill(server, run, word))
        print(f"killed {word} at step {reached:,}", flush=True)
    return victims


def timed_run(server: Server, dataset: int) -> int:
    """A run that tells how long an epoch takes on this machine."""
    run = ask_for_run(server, dataset, 30)
    assert server.wait_for_end(run, 400)["state"] == "finished"
    return run


def epochs_for(server: Server, timed: int, seconds: float) -> int:
    """As many epochs as take so long on this machine at its quickest."""
    times = [datetime.fromisoformat(event["time"]) for event in server.events(timed) if event["type"] == "epoch"]
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
    timed = timed_run(keeping, dataset)
    epochs = epochs_for(keeping, timed, SECONDS * kills)
    untouched(keeping.home / "runs" / str(timed), tmp_path / "whole", epochs)
    run = ask_for_run(keeping, dataset, epochs)
    killed = kill_at_random(keeping, run, victims, dice)
    wait_for(lambda: step_of(keeping, run)[1], 400, "the run to end")
    compare(keeping, run, tmp_path / "whole")
    assert killed == victims
