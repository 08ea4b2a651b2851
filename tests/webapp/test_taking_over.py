"""A supervisor that takes over from one that died: every run is found again, and none is trained twice."""

import os
import signal
from collections.abc import Callable

from tests.webapp.supervising import FakeLauncher, ended, pid_of, told, until
from webapp.runs.models import Run
from webapp.runs.services import claim_run
from webapp.runs.steering import pause_run, resume_run
from webapp.runs.supervisor import Supervisor

Make = Callable[..., Run]


def test_another_supervisor_takes_over_a_running_trainer(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 60, "delay": 0.02})
    until(lambda: len(told(run)) > 3, supervisor)
    pid = pid_of(run)
    second = Supervisor(FakeLauncher(), slots=1)
    until(ended(run), second)
    run.refresh_from_db()
    assert (run.state, pid_of(run)) == ("finished", pid)
    assert told(run) == list(range(1, 63))
    supervisor.launcher.children[pid].wait(5)


def test_another_supervisor_finishes_what_ended_while_nobody_watched(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 30, "delay": 0.01})
    until(lambda: told(run), supervisor)
    supervisor.launcher.children[pid_of(run)].wait(10)
    until(ended(run), Supervisor(FakeLauncher(), slots=1))
    assert told(run) == list(range(1, 33))


def test_another_supervisor_lets_a_run_go_on_whose_death_nobody_saw(supervisor: Supervisor, make_run: Make) -> None:
    run, second = make_run(settings={"events": 150, "delay": 0.01}), Supervisor(FakeLauncher(), slots=1)
    until(lambda: told(run), supervisor)
    os.kill(pid_of(run), signal.SIGKILL)
    supervisor.launcher.children[pid_of(run)].wait(10)
    until(ended(run), second)
    until(lambda: not second.charges, second)
    run.refresh_from_db()
    assert run.state == "finished"
    assert "while nobody watched" in run.events.get(type="log").body["message"]
    assert [event.body["step"] for event in run.events.filter(type="progress")] == list(range(1, 151))


def test_a_run_that_was_claimed_but_never_started_is_started(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 2})
    assert claim_run() == run
    until(ended(run), supervisor)
    assert told(run) == [1, 2, 3, 4]


def test_a_trainer_whose_note_was_lost_is_found_and_not_started_twice(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 60, "delay": 0.02})
    until(lambda: told(run), supervisor)
    pid = pid_of(run)
    Run.objects.update(trainer=None)
    second = Supervisor(FakeLauncher(), slots=1)
    second.tick()
    assert second.charges[run.pk].note["pid"] == pid
    until(ended(run), second)
    assert told(run) == list(range(1, 63))
    supervisor.launcher.children[pid].wait(5)


def test_a_trainer_that_was_just_started_by_a_dead_supervisor_is_waited_for(
    supervisor: Supervisor, make_run: Make
) -> None:
    run = make_run(settings={"events": 60, "delay": 0.02})
    until(lambda: told(run), supervisor)
    pause_run(run=run)
    until(lambda: not supervisor.charges, supervisor)
    resume_run(run=run)
    claimed = claim_run()
    second = Supervisor(FakeLauncher(), slots=1)
    second.tick()
    supervisor.launcher.tell(claimed.folder, claimed.wishes())
    note = supervisor.launcher.launch(claimed.folder)  # signs its lock only once it has loaded
    until(lambda: second.charges[run.pk].note, second)
    assert second.charges[run.pk].note == note
    until(ended(run), second)
    run.refresh_from_db()
    assert (run.state, run.deaths, told(run)) == ("finished", 0, list(range(1, len(told(run)) + 1)))
    supervisor.launcher.children[note["pid"]].wait(5)


def test_a_trainer_that_finds_another_at_work_leaves_the_run_to_it(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 150, "delay": 0.02})
    until(lambda: told(run), supervisor)
    pid = pid_of(run)
    Run.objects.update(trainer=None)
    second = Supervisor(FakeLauncher(), slots=1)
    run.refresh_from_db()
    second._launch(run)
    assert pid_of(run) != pid
    until(lambda: second.charges[run.pk].note["pid"] == pid, second)
    until(ended(run), second)
    run.refresh_from_db()
    assert (run.state, told(run)) == ("finished", list(range(1, 153)))
    supervisor.launcher.children[pid].wait(5)
