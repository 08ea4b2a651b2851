"""Processes that stand back for the server, however far back that stands itself."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from webapp.processes import give_way


@pytest.fixture
def child(request: pytest.FixtureRequest) -> Iterator[psutil.Popen]:
    """A process that stands back as far as the test says, or as these tests do."""
    command = [sys.executable, "-c", f"import os; os.nice(max(0, {request.param} - os.nice(0))); print(); input()"]
    with psutil.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONUNBUFFERED": "1"}, start_new_session=True
    ) as started:
        started.stdout.readline()
        yield started
        started.kill()


@pytest.mark.parametrize("child", [0, 15, 19], indirect=True)
def test_a_child_of_a_server_that_stands_back_further_is_left_there(child: psutil.Popen) -> None:
    before = child.nice()
    give_way(child.pid)
    assert child.nice() == max(10, before)


def test_a_child_that_has_ended_is_passed_over() -> None:
    give_way(2**22 + 1)
