"""The supervisor, with real processes and real spools: nothing is lost or doubled, whatever dies."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.db import OperationalError

from tests.webapp.supervising import FakeLauncher, ended, last, pid_of, told, until
from webapp.runs import supervisor as supervision
from webapp.runs.models import Heartbeat, Run
from webapp.runs.queue import Queue
from webapp.runs.services import record_events
from webapp.runs.spool import parse
from webapp.runs.supervisor import Supervisor

Make = Callable[..., Run]


def test_a_run_is_trained_from_the_queue_to_its_end(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 5})
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert run.state == "finished"
    assert told(run) == list(range(1, 8))
    assert run.progress == {"epochs": 5, "epoch": 1, "step": 5, "steps": 5, "loss": 0.2, "eta_seconds": 0}
    assert run.metrics == {
        "reason": "completed", "best_epoch": 1, "test": {"loss": 0.5}, "validation": {"loss": 0.4},
    }  # fmt: skip
    assert (run.seconds, run.last_seq, run.problem) == (1.5, 7, None)
    assert run.spool_offset == (run.folder / "events.jsonl").stat().st_size
    assert (run.folder.stat().st_mode & 0o777) == 0o700


def test_a_trainer_gives_way_to_the_web_and_leads_a_session_of_its_own(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 1000, "delay": 0.05})
    until(lambda: told(run), supervisor)
    trainer = psutil.Process(pid_of(run))
    assert trainer.nice() == (back := max(10, psutil.Process().nice()))
    assert Path(f"/proc/{trainer.pid}/oom_score_adj").read_text().strip() == "500"
    session = Path(f"/proc/{trainer.pid}/autogroup")  # not every system has it
    assert not session.exists() or session.read_text().split()[-1] == str(back)
    assert os.getsid(trainer.pid) == trainer.pid
    assert "glibc.malloc.hugetlb=1" in trainer.environ()["GLIBC_TUNABLES"]


def test_what_the_trainer_says_of_its_failure_is_kept(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 1, "end": "failed"})
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.problem["code"]) == ("failed", "loss_is_nan")


@pytest.mark.parametrize(
    ("end", "code", "words"),
    [
        ("killed", "trainer_killed", "killed by the system"),
        (3, "trainer_crashed", "code 3"),
        (0, "trainer_crashed", "without a result"),
        (74, "disk_full", "disk of the server was full"),
    ],
)
def test_a_trainer_that_dies_again_and_again_ends_after_three_tries_with_a_reason(
    supervisor: Supervisor, make_run: Make, end: Any, code: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = make_run(settings={"events": 3, "end": end, "half": True})
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.problem["code"]) == ("failed", code)
    assert words in run.problem["message"]
    assert "3 tries" in run.problem["message"]
    assert run.problem["hint"]
    assert "trainer.log" not in run.problem["hint"]
    # started, three steps, two deaths that are followed by another try, the end
    assert told(run) == [1, 2, 3, 4, 5, 6, 7]
    assert [event.body["step"] for event in run.events.filter(type="progress")] == [1, 2, 3]
    assert last(run)["type"] == "failed"
    assert "the last words" in caplog.text
    assert "the last words" not in str(run.problem)


def test_a_run_goes_on_when_its_trainer_was_killed(supervisor: Supervisor, make_run: Make) -> None:
    run, other = make_run(settings={"events": 40, "delay": 0.02}), make_run(settings={"events": 2})
    for steps in (3, 10, 17):
        until(lambda: len(told(run)) > steps, supervisor)  # noqa: B023
        os.kill(pid_of(run), signal.SIGKILL)
    until(ended(other), supervisor)
    run.refresh_from_db()
    assert (run.state, run.metrics["reason"]) == ("finished", "completed")
    assert told(run) == list(range(1, len(told(run)) + 1))
    assert [event.body["step"] for event in run.events.filter(type="progress")] == list(range(1, 41))
    deaths = [event.body["message"] for event in run.events.filter(type="log")]
    assert len(deaths) == 3
    assert all("goes on from the last checkpoint" in words for words in deaths)


def test_the_oldest_run_goes_first_and_one_at_a_time(supervisor: Supervisor, make_run: Make) -> None:
    first, second = make_run(settings={"events": 20, "delay": 0.01}), make_run(settings={"events": 1})
    supervisor.tick()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("running", "queued")
    assert Queue.look().position(second) == 1
    until(ended(second), supervisor)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.finished is not None
    assert second.started is not None
    assert first.state == "finished"


def test_more_slots_train_more_at_a_time(make_run: Make, home: Path) -> None:
    runs = [make_run(settings={"events": 5, "delay": 0.02}) for _ in range(2)]
    both = Supervisor(FakeLauncher(), slots=2)
    both.tick()
    assert set(both.charges) == {run.pk for run in runs}
    until(lambda: not both.charges, both)
    assert {run.state for run in Run.objects.all()} == {"finished"}


def test_a_trainer_that_lingers_after_its_last_word_is_ended(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "LINGER_SECONDS", 0.1)
    run = make_run(settings={"events": 1000, "delay": 0.05})
    until(lambda: told(run), supervisor)
    run.refresh_from_db()
    final = {"seq": run.last_seq + 1, "type": "finished", "reason": "completed"}
    supervisor.charges[run.pk].run = record_events(run=run, events=[final])
    until(lambda: not supervisor.charges, supervisor)
    run.refresh_from_db()
    assert run.state == "finished"


def test_an_event_longer_than_a_piece_is_read_whole(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "PIECE", 1024)
    run = make_run(settings={"events": 3, "wide": 5000})
    until(ended(run), supervisor)
    assert told(run) == [1, 2, 3, 4, 5]


def locked(*_: Any, **__: Any) -> None:
    raise OperationalError("database is locked")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_loses_and_doubles_nothing(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(settings={"events": 40, "delay": 0.01})
    until(lambda: told(run), supervisor)
    with monkeypatch.context() as broken:
        broken.setattr(Run, "save", locked)
        for _ in range(20):
            with pytest.raises(OperationalError):
                until(lambda: False, supervisor)
            supervisor.forget()
    until(ended(run), supervisor)
    assert told(run) == list(range(1, 43))


def test_events_told_twice_are_recorded_once(make_run: Make) -> None:
    run = make_run(state="running")
    events = [{"seq": seq, "type": "log"} for seq in (1, 2, 3)]
    record_events(run=run, events=events, offset=30)
    record_events(run=run, events=[*events, {"seq": 4, "type": "finished"}, {"seq": 5, "type": "log"}], offset=50)
    assert told(run) == [1, 2, 3, 4]


def test_a_spool_is_read_up_to_its_last_whole_line() -> None:
    whole = b'{"seq": 1, "type": "log"}\nnonsense\n[]\n{"seq": 2, "type": "epoch", "train": {"loss": NaN}}\n'
    events, taken = parse(whole + b'{"seq": 3, "ty')
    assert taken == len(whole)
    assert events == [{"seq": 1, "type": "log"}, {"seq": 2, "type": "epoch", "train": {"loss": None}}]


def test_the_heart_of_the_supervisor_beats(supervisor: Supervisor, db: None) -> None:
    supervisor.tick()
    assert Heartbeat.objects.get().pid == os.getpid()
