"""`manage.py serve`, as it is started by people: what it prints, whom it refuses, and what survives what."""

import contextlib
import http.client
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from django.core.management import call_command

from webapp.accounts.services import ensure_user
from webapp.runs.management.commands import serve
from webapp.runs.models import Run

CLONE = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def environment(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "DJANGO", "HOST"))}
    return {**kept, "NETLOOM_HOME": str(home), "PORT": str(port), "NETLOOM_USER": "anna"}


class Served:
    """A running server."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.process = self.start(self.port)
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()

    def start(self, port: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=CLONE,
            env=environment(self.home, port),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location") or answer.read().decode()
        finally:
            connection.close()

    def child(self, word: str) -> psutil.Process:
        found = [c for c in psutil.Process(self.process.pid).children() if word in " ".join(c.cmdline())]
        assert len(found) == 1
        return found[0]

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=15)


def until(true: Callable[[], Any], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError, AssertionError, psutil.NoSuchProcess):
            if true():
                return
        assert time.monotonic() < end, "It never became true."
        time.sleep(0.05)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("served"))
    yield made
    made.close()


def test_it_prints_a_link_that_signs_in_once(served: Served) -> None:
    assert served.said.startswith(f"Netloom is running. Sign in as anna: http://127.0.0.1:{served.port}/signin?token=")
    path = "/" + served.said.strip().split("/", 3)[3]
    assert served.get(path) == (302, "/")
    assert served.get(path)[0] == 403


def test_a_new_link_is_for_the_server_that_runs_and_for_whom_it_let_in(served: Served) -> None:
    elsewhere = {**environment(served.home, 1), "NETLOOM_USER": "bob"}
    command = [sys.executable, "manage.py", "link"]
    link = subprocess.run(command, cwd=CLONE, env=elsewhere, capture_output=True, text=True, timeout=15).stdout.strip()
    assert link.startswith(f"http://127.0.0.1:{served.port}/signin?token=")
    with httpx.Client(follow_redirects=False, timeout=10) as browser:
        browser.get(link)
        assert browser.get(f"http://127.0.0.1:{served.port}/api/me/").json() == {"username": "anna"}


@pytest.mark.parametrize("command", [["link"], ["token", "anna"]])
def test_a_folder_that_no_server_ever_used_is_named_with_what_to_do(command: list[str], tmp_path: Path) -> None:
    asked = [sys.executable, "manage.py", *command]
    told = subprocess.run(asked, cwd=CLONE, env=environment(tmp_path, 1), capture_output=True, text=True, timeout=60)
    assert told.returncode == 1
    assert str(tmp_path) in told.stderr
    assert "NETLOOM_HOME" in told.stderr
    assert "Traceback" not in told.stderr


def test_it_becomes_ready(served: Served) -> None:
    until(lambda: served.get("/ready/")[0] == 200)


def test_a_second_one_on_the_same_folder_is_refused(served: Served) -> None:
    output, _ = served.start(free_port()).communicate(timeout=15)
    assert "already being served" in output
    assert "Traceback" not in output


def test_a_second_supervisor_on_the_same_folder_is_refused(served: Served) -> None:
    until(lambda: served.get("/ready/")[0] == 200)
    command = [sys.executable, "manage.py", "supervisor"]
    answer = subprocess.run(
        command, cwd=CLONE, env=environment(served.home, served.port), capture_output=True, text=True, timeout=15
    )
    assert answer.returncode == 1
    assert "Another supervisor" in answer.stderr


def test_a_port_that_is_taken_is_named(served: Served, tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "serve"]
    answer = subprocess.run(
        command, cwd=CLONE, env=environment(tmp_path, served.port), capture_output=True, text=True, timeout=15
    )
    assert answer.returncode == 1
    assert f"Port {served.port} on 127.0.0.1 is in use by another program." in answer.stderr


@pytest.mark.parametrize("port", ["0", "x", "70000"])
def test_a_port_that_makes_no_sense_is_named(tmp_path: Path, port: str) -> None:
    command = [sys.executable, "manage.py", "serve"]
    answer = subprocess.run(
        command, cwd=CLONE, env={**environment(tmp_path, 1), "PORT": port}, capture_output=True, text=True, timeout=15
    )
    assert answer.stderr.strip() == f"PORT must be a number from 1 to 65535. Received: PORT={port}."


def test_a_killed_web_process_is_replaced_and_no_request_is_refused(served: Served) -> None:
    web = served.child("webapp.web")
    web.send_signal(signal.SIGKILL)
    assert served.get("/health/")[0] == 200
    assert served.child("webapp.web").pid != web.pid


def test_a_killed_supervisor_is_replaced(served: Served) -> None:
    supervisor = served.child("supervisor")
    supervisor.send_signal(signal.SIGKILL)
    until(lambda: served.child("supervisor").pid != supervisor.pid)
    until(lambda: served.get("/ready/")[0] == 200)


def test_the_secret_and_the_folder_are_for_their_owner_alone(served: Served) -> None:
    assert (served.home / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (served.home / "tmp").stat().st_mode & 0o777 == 0o700


def test_a_body_beyond_every_limit_is_refused_while_it_arrives(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    headers = {"Content-Length": str(10**12), "Content-Type": "multipart/form-data; boundary=x"}
    connection.request("POST", "/api/datasets/", headers=headers)
    answer = connection.getresponse()
    assert (answer.status, b"request_too_large" in answer.read()) == (413, True)
    connection.close()


def test_a_large_upload_of_a_stranger_is_refused_before_it_arrives(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    headers = {"Content-Length": str(10**9), "Content-Type": "multipart/form-data; boundary=x"}
    connection.request("POST", "/api/datasets/", headers=headers)
    answer = connection.getresponse()
    assert (answer.status, b"not_signed_in" in answer.read()) == (401, True)
    connection.close()


def test_whatever_happens_to_serve_its_children_go_with_it(served: Served, tmp_path: Path) -> None:
    shutil.copytree(served.home / "static", tmp_path / "home" / "static")  # collected once is enough
    another = Served(tmp_path / "home")
    children = [another.child("webapp.web"), another.child("supervisor")]
    another.process.kill()
    another.process.communicate(timeout=15)
    until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))


@pytest.mark.django_db
@pytest.mark.parametrize(("running", "said"), [(0, "has stopped."), (1, "One training goes on"), (2, "2 trainings go")])
def test_the_last_words_tell_of_trainings_that_go_on(running: int, said: str) -> None:
    owner = ensure_user(username="anna")
    for number in range(3):
        state = Run.State.RUNNING if number < running else Run.State.FINISHED
        Run.objects.create(owner=owner, number=number, name="Run", state=state, graph={}, settings={})
    assert said in serve.farewell()


def test_a_server_that_does_not_answer_is_not_said_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False] * 5)
    monkeypatch.setattr(serve, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(serve, "answers", lambda _: next(answers, True))
    output = io.StringIO()
    serve.Command(stdout=output).announce("http://127.0.0.1:8000/signin?token=x", "anna", threading.Event())
    late, running = output.getvalue().splitlines()
    assert late.startswith("Netloom does not answer yet.")
    assert running == "Netloom is running. Sign in as anna: http://127.0.0.1:8000/signin?token=x"


def test_importing_the_web_application_loads_no_numerics(tmp_path: Path) -> None:
    script = "import sys, webapp.asgi; print(sorted({'jax', 'jaxlib', 'numpy', 'polars', 'flax'} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=CLONE,
        env=environment(tmp_path, 8000),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (answer.stdout.strip(), answer.stderr) == ("[]", "")


@pytest.mark.django_db
def test_the_migrations_describe_the_models_and_the_checks_find_nothing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    call_command("check", fail_level="WARNING")
