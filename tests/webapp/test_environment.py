"""What the environment decides, whatever happened to the data folder before."""

import os
from pathlib import Path
from typing import Any

import pytest

from webapp.environment import secret_key, slots


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    assert len(key) >= 50
    assert secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob("secret_key*")] == ["secret_key"]


def test_a_secret_that_was_left_empty_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    assert len(key := secret_key(tmp_path)) >= 50
    assert secret_key(tmp_path) == key


def test_a_secret_that_could_not_be_written_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="No space"):
            secret_key(tmp_path)
    assert list(tmp_path.glob("secret_key*")) == []


def test_who_comes_second_takes_the_secret_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def race(source: Path, target: Path) -> None:
        target.write_text("the first one's")
        link(source, target)

    monkeypatch.setattr(os, "link", race)
    assert secret_key(tmp_path) == "the first one's"


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5"])
def test_a_number_of_slots_in_which_nothing_could_train_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("NETLOOM_SLOTS", text)
    with pytest.raises(SystemExit, match=f"1 or more. Received: NETLOOM_SLOTS={text}"):
        slots()


@pytest.mark.parametrize(("text", "number"), [("", 1), ("3", 3)])
def test_runs_train_in_as_many_slots_as_are_asked_for(monkeypatch: pytest.MonkeyPatch, text: str, number: int) -> None:
    monkeypatch.setenv("NETLOOM_SLOTS", text)
    assert slots() == number
