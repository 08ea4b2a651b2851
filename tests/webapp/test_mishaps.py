"""Mishaps around runs: a full disk, an unreadable file, rows that are gone. One costs no run, none costs all."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError
from django.utils import timezone
from rest_framework.test import APIClient

from tests.webapp.supervising import Failing, FakeLauncher, ended, told, until
from webapp.accounts.models import User
from webapp.folders import new_folder, uploads_folder
from webapp.projects.models import Project
from webapp.runs import supervisor as supervision
from webapp.runs.models import Run
from webapp.runs.steering import pause_run, resume_run, stop_run
from webapp.runs.supervisor import Supervisor

Make = Callable[..., Run]


def test_a_trainer_that_cannot_be_started_ends_as_failed_after_three_tries(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIND_SECONDS", 0.05)
    monkeypatch.setattr(supervisor.launcher, "command", ("/nowhere/python",))
    run = make_run(settings={"events": 1})
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert run.problem["code"] == "trainer_did_not_start"
    assert "3 tries" in run.problem["message"]


def test_a_disk_that_is_full_for_a_moment_keeps_no_run_from_starting(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIND_SECONDS", 0.05)
    run = make_run(settings={"events": 3})
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(supervisor.launcher, "launch", Failing(supervisor.launcher.launch, 2, full))
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.metrics["reason"]) == ("finished", "completed")
    [said, _] = [event.body["message"] for event in run.events.filter(type="log")]
    assert said.startswith("The disk of the server was full, so the training process could not be started.")


@pytest.mark.parametrize("kept", [0, 4, 9])
def test_what_a_loss_of_power_takes_from_a_spool_is_told_neither_twice_nor_in_part(
    supervisor: Supervisor, make_run: Make, kept: int
) -> None:
    run = make_run(settings={"events": 40, "delay": 0.02})
    until(lambda: len(told(run)) > 12, supervisor)
    pause_run(run=run)
    until(lambda: Run.objects.get(pk=run.pk).state == "paused" and not supervisor.charges, supervisor)
    spool = run.folder / "events.jsonl"
    whole = spool.read_bytes().splitlines(keepends=True)
    spool.write_bytes(b"".join(whole[:kept]) + whole[kept][:7])
    resume_run(run=run)
    until(ended(run), supervisor)
    assert [event.body["step"] for event in run.events.filter(type="progress")] == list(range(1, 41))
    assert told(run) == list(range(1, len(told(run)) + 1))


def test_a_run_that_is_gone_with_its_owner_ends_no_others(
    supervisor: Supervisor, make_run: Make, anna: User, ben: User
) -> None:
    run = make_run(settings={"events": 1000, "delay": 0.02})
    until(lambda: told(run), supervisor)
    trainer = supervisor.charges[run.pk].note
    other = make_run(owner=ben, project=None, dataset=None, settings={"events": 2})
    anna.delete()
    until(ended(other), supervisor)
    until(lambda: not supervisor.charges, supervisor)
    assert trainer is not None
    until(lambda: supervisor.launcher.poll(trainer) is not None)


def test_a_run_that_cannot_be_followed_does_not_end_the_others(make_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(supervision, "GIVE_UP_SECONDS", 0.2)
    odd, other = make_run(settings={"events": 500, "delay": 0.02}), make_run(settings={"events": 5, "delay": 0.02})
    apply = Run.apply
    monkeypatch.setattr(
        Run, "apply", lambda run, event: 1 / 0 if run.pk == odd.pk and event["seq"] == 2 else apply(run, event)
    )
    both = Supervisor(FakeLauncher(), slots=2)
    until(lambda: ended(odd)() and ended(other)(), both)
    odd.refresh_from_db()
    other.refresh_from_db()
    assert (odd.state, odd.problem["code"]) == ("failed", "run_cannot_be_followed")
    assert other.state == "finished"
    until(lambda: not both.charges, both)


def test_a_folder_among_the_uploads_keeps_no_run_from_training(supervisor: Supervisor, make_run: Make) -> None:
    stray = new_folder(uploads_folder()) / "lost+found"
    stray.mkdir()
    os.utime(stray, (1, 1))
    until(ended(make_run(settings={"events": 2})), supervisor)
    assert stray.is_dir()


def test_a_tidy_up_that_fails_keeps_no_run_from_training(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "sweep_uploads", lambda: 1 / 0)
    until(ended(make_run(settings={"events": 2})), supervisor)


def test_a_trainer_whose_events_cannot_be_read_for_a_moment_trains_on(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "LOOK_SECONDS", 0.05)
    run = make_run(settings={"events": 50, "delay": 0.02})
    until(lambda: told(run), supervisor)
    busy = OSError(errno.EMFILE, "Too many open files")
    monkeypatch.setattr(supervisor.launcher, "read", Failing(supervisor.launcher.read, 3, busy))
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.metrics["reason"]) == ("finished", "completed")
    assert told(run) == list(range(1, 53))


def test_an_event_that_the_database_refuses_ends_no_other_run(make_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(supervision, "GIVE_UP_SECONDS", 0.2)
    odd, other = make_run(settings={"events": 500, "delay": 0.02}), make_run(settings={"events": 5, "delay": 0.02})
    apply = Run.apply

    def refusing(run: Run, event: dict[str, Any]) -> None:
        if run.pk == odd.pk and event["seq"] == 2:
            raise DataError("unsupported Unicode escape sequence")
        apply(run, event)

    monkeypatch.setattr(Run, "apply", refusing)
    both = Supervisor(FakeLauncher(), slots=2)
    until(lambda: ended(odd)() and ended(other)(), both)
    assert Run.objects.get(pk=other.pk).state == "finished"
    until(lambda: not both.charges, both)


def test_texts_with_nul_characters_are_kept_without_them(supervisor: Supervisor, make_run: Make) -> None:
    run = make_run(settings={"events": 1, "last_words": "none", "end": "failed", "words": "a\0b"})
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert run.problem["message"] == "ab"


def test_a_trainer_that_measures_for_long_after_a_stop_keeps_its_model(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "TERMINATE_SECONDS", 0.1)
    monkeypatch.setattr(supervision, "KILL_SECONDS", 0.2)
    run = make_run(settings={"events": 1000, "delay": 0.02, "evaluates": 1.0})
    until(lambda: told(run), supervisor)
    stop_run(run=run)
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.metrics["reason"], run.deaths) == ("finished", "stopped_by_user", 0)


def test_a_run_takes_over_nothing_from_one_of_the_same_number_in_an_earlier_database(
    api: APIClient, project: Project, worker: Any
) -> None:
    assert worker
    for number in range(1, 50):
        folder = new_folder(Run(pk=number).folder)
        (folder / "events.jsonl").write_text('{"seq": 1, "type": "finished", "reason": "completed"}\n')
    made = Run.objects.get(pk=api.post("/api/runs/", {"project": project.pk}, format="json").json()["id"])
    assert not made.folder.exists()
    [aside] = made.folder.parent.glob(f"{made.pk}-*")
    assert (aside / "events.jsonl").exists()


def test_a_pause_that_comes_as_a_model_is_saved_ends_no_trainer(
    supervisor: Supervisor, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "PAUSE_SECONDS", 0.1)
    run = make_run(settings={"events": 2, "evaluates": 1.0})
    until(lambda: Run.objects.get(pk=run.pk).saving, supervisor)
    Run.objects.filter(pk=run.pk).update(pause_requested=timezone.now())
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.deaths) == ("finished", 0)


def test_a_run_that_cannot_be_taken_over_keeps_the_others_from_nothing(
    make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, other = make_run(state="running"), make_run(state="running", settings={"events": 2})
    supervisor = Supervisor(FakeLauncher(), slots=2)
    read = supervisor.launcher.read

    def broken(folder: Path, *given: Any) -> bytes:
        if folder == odd.folder:
            raise OSError(errno.EIO, "Input/output error")
        return read(folder, *given)

    monkeypatch.setattr(supervisor.launcher, "read", broken)
    until(ended(other), supervisor)
    until(lambda: other.pk not in supervisor.charges, supervisor)
