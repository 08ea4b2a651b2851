"""How the supervisor pauses and stops trainers, with real processes: told, told again, ended where they are deaf."""

import errno
from collections.abc import Callable

import pytest

from tests.webapp.supervising import Failing, ended, last, told, until
from webapp.runs import steering
from webapp.runs import supervisor as supervision
from webapp.runs.launchers import ask_to_stop
from webapp.runs.models import Run
from webapp.runs.steering import pause_run, resume_run, stop_run
from webapp.runs.supervisor import Supervisor

Make = Callable[..., Run]
FULL = OSError(errno.ENOSPC, "No space left on device")


def test_a_paused_run_frees_its_slot_and_goes_on_where_it_was(supervisor: Supervisor, make_run: Make) -> None:
    run, other = make_run(settings={"events": 60, "delay": 0.02}), make_run(settings={"events": 2})
    until(lambda: len(told(run)) > 3, supervisor)
    pause_run(run=run)
    until(ended(other), supervisor)
    run.refresh_from_db()
    assert (run.state, run.pause_requested) == ("paused", None)
    until(lambda: not supervisor.charges, supervisor)
    resume_run(run=run)
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert run.metrics["reason"] == "completed"
    assert told(run) == list(range(1, len(told(run)) + 1))
    assert [event.body["step"] for event in run.events.filter(type="progress")] == list(range(1, 61))
    phases = [event.body["phase"] for event in run.events.filter(type="phase")]
    assert phases == ["paused", "queued"]


def test_a_paused_run_is_stopped_by_a_trainer_that_keeps_its_best_model(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 1000, "delay": 0.02})
    until(lambda: told(run), supervisor)
    pause_run(run=run)
    until(lambda: Run.objects.get(pk=run.pk).state == "paused", supervisor)
    assert stop_run(run=run).state == "queued"
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.metrics["reason"]) == ("finished", "stopped_by_user")


def test_a_stop_asked_for_while_a_run_is_pausing_still_ends_it(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 1000, "delay": 0.02})
    until(lambda: told(run), supervisor)
    supervisor.launcher.tell(run.folder, pause_run(run=run).wishes())
    until(lambda: b'"paused"' in supervisor.launcher.read(run.folder, 0, 1024**2))  # which the table has not heard yet
    stop_run(run=run)
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.metrics["reason"]) == ("finished", "stopped_by_user")


def test_a_run_resumed_while_it_pauses_goes_on(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 60, "delay": 0.02})
    until(lambda: told(run), supervisor)
    supervisor.launcher.tell(run.folder, pause_run(run=run).wishes())
    until(lambda: b'"paused"' in supervisor.launcher.read(run.folder, 0, 1024**2))  # which the table has not heard yet
    resume_run(run=run)
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.metrics["reason"]) == ("finished", "completed")
    assert [event.body["step"] for event in run.events.filter(type="progress")] == list(range(1, 61))
    assert [event.body["phase"] for event in run.events.filter(type="phase")] == ["paused", "queued"]


def test_a_stop_waits_for_a_trainer_that_loads_what_a_paused_run_has_learned(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "TERMINATE_SECONDS", 0.1)
    monkeypatch.setattr(supervision, "KILL_SECONDS", 0.4)
    run = make_run(settings={"events": 1000, "delay": 0.02, "load": 0.8})
    until(lambda: told(run), supervisor)
    pause_run(run=run)
    until(lambda: Run.objects.get(pk=run.pk).state == "paused", supervisor)
    stop_run(run=run)
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.metrics.get("reason"), run.deaths) == ("finished", "stopped_by_user", 0)


def test_a_trainer_that_lingers_after_a_pause_is_ended_so_that_the_run_can_go_on(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "LINGER_SECONDS", 0.2)
    run = make_run(settings={"events": 1000, "delay": 0.02, "linger": 60})
    until(lambda: told(run), supervisor)
    pause_run(run=run)
    until(lambda: Run.objects.get(pk=run.pk).state == "paused", supervisor)
    until(lambda: not supervisor.charges, supervisor)
    assert Run.objects.get(pk=run.pk).state == "paused"


def test_a_run_goes_on_when_its_trainer_cannot_be_told_what_is_wanted(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(settings={"events": 1000, "delay": 0.02})
    until(lambda: told(run), supervisor)
    tell = Failing(supervisor.launcher.tell, 3, FULL)
    monkeypatch.setattr(supervisor.launcher, "tell", tell)
    pause_run(run=run)
    until(lambda: Run.objects.get(pk=run.pk).state == "paused", supervisor)
    assert tell.tries == 4


def test_a_trainer_that_does_not_hear_of_a_pause_is_ended_and_resumes_from_its_checkpoint(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "PAUSE_SECONDS", 0.2)
    run = make_run(settings={"events": 1000, "delay": 0.02, "deaf": True})
    until(lambda: told(run), supervisor)
    pause_run(run=run)
    until(lambda: Run.objects.get(pk=run.pk).state == "paused", supervisor)
    assert last(run)["phase"] == "paused"


def test_a_stop_that_cannot_be_told_is_told_again(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(settings={"events": 1000, "delay": 0.02})
    until(lambda: told(run), supervisor)
    ask = Failing(ask_to_stop, 3, FULL)
    for module in (steering, supervision):
        monkeypatch.setattr(module, "ask_to_stop", ask)
    stop_run(run=run)
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.metrics["reason"], ask.tries) == ("finished", "stopped_by_user", 4)


def test_a_trainer_that_can_never_be_told_to_stop_is_ended(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervision, "TERMINATE_SECONDS", 0.2)
    monkeypatch.setattr(supervision, "KILL_SECONDS", 0.5)
    run = make_run(settings={"events": 1000, "delay": 0.02})
    until(lambda: told(run), supervisor)

    for module in (steering, supervision):
        monkeypatch.setattr(module, "ask_to_stop", Failing(ask_to_stop, 1000, FULL))
    stop_run(run=run)
    until(ended(run), supervisor)
    assert caplog.text.count("could not be told") < 10


def test_a_stopped_trainer_keeps_its_best_model(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 1000, "delay": 0.02})
    until(lambda: told(run), supervisor)
    stop_run(run=run)
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.metrics["reason"]) == ("finished", "stopped_by_user")


def test_a_trainer_that_does_not_hear_is_ended(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "TERMINATE_SECONDS", 0.1)
    monkeypatch.setattr(supervision, "KILL_SECONDS", 0.4)
    run = make_run(settings={"events": 1000, "delay": 0.02, "deaf": True})
    until(lambda: told(run), supervisor)
    stop_run(run=run)
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.problem["code"]) == ("failed", "trainer_did_not_stop")
