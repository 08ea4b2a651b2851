"""What the tests of the web application share: a data folder of their own, two people, and their clients."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.webapp.examples import GRAPH, NO_PROBLEMS, RECIPE
from tests.webapp.supervising import FakeLauncher
from webapp import workers
from webapp.accounts.models import User
from webapp.accounts.services import ensure_user
from webapp.datasets.models import Dataset
from webapp.projects.models import Project
from webapp.runs.models import Run
from webapp.runs.supervisor import Supervisor
from webapp.runs.tail import TAIL


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """A data folder for one test."""
    settings.NETLOOM_HOME = tmp_path
    settings.UPLOAD_DIR = settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "tmp"
    settings.UPLOAD_DIR.mkdir()
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    return tmp_path


@pytest.fixture(autouse=True)
def _no_tail_is_left() -> Iterator[None]:
    yield
    TAIL.stop()


@pytest.fixture(scope="session", autouse=True)
def _no_worker_is_left() -> Iterator[None]:
    yield
    workers.close()


@pytest.fixture
def anna(db: None) -> User:
    return ensure_user(username="anna")


@pytest.fixture
def ben(db: None) -> User:
    return ensure_user(username="ben")


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    def make(user: User) -> APIClient:
        client = APIClient(raise_request_exception=False)
        client.force_authenticate(user)
        return client

    return make


@pytest.fixture
def api(anna: User, client_of: Callable[[User], APIClient]) -> APIClient:
    """Anna's client."""
    return client_of(anna)


@pytest.fixture
def bens(ben: User, client_of: Callable[[User], APIClient]) -> APIClient:
    """Ben's client."""
    return client_of(ben)


@pytest.fixture
def dataset(anna: User) -> Dataset:
    """A data set of Anna's that has been read."""
    found = Dataset.objects.create(
        owner=anna, name="Flowers", filename="flowers.csv", state="ready", kind="table", rows=150, sha256="5" * 64,
        recipe=RECIPE, graph=GRAPH,
    )  # fmt: skip
    found.folder.mkdir(parents=True)
    return found


@pytest.fixture
def project(anna: User, dataset: Dataset) -> Project:
    """A project of Anna's that is ready to train."""
    return Project.objects.create(owner=anna, name="Iris", dataset=dataset, graph=GRAPH, recipe=RECIPE)


@pytest.fixture
def make_run(anna: User, project: Project, dataset: Dataset) -> Callable[..., Run]:
    def make(**fields: Any) -> Run:
        number = Run.objects.count() + 1
        usual = {
            "owner": anna, "project": project, "number": number, "name": f"Run {number}", "dataset": dataset,
            "graph": GRAPH, "recipe": RECIPE, "settings": project.settings,
        }  # fmt: skip
        return Run.objects.create(**{**usual, **fields})

    return make


class Answers:
    """Stands in for a worker: answers each operation with what the test laid out, and remembers the questions."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"check": NO_PROBLEMS, "rough": {"memory": 1, "room": 100}}
        self.questions: list[tuple[str, dict[str, Any]]] = []

    def ask(self, op: str, **arguments: Any) -> Any:
        self.questions.append((op, json.loads(json.dumps(arguments))))
        answer = self.answers[op]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """The engine's children, replaced."""
    answers = Answers()
    monkeypatch.setattr(workers, "drawing", lambda: answers)
    monkeypatch.setattr(workers, "serving", lambda: answers)
    monkeypatch.setattr(workers, "estimating", lambda: answers)
    monkeypatch.setattr(workers, "prepare", lambda dataset, recipe: None)
    return answers


@pytest.fixture
def supervisor(home: Path, db: None) -> Iterator[Supervisor]:
    """One whose trainers are fake; none of them is left behind."""
    made = Supervisor(FakeLauncher(), slots=1)
    yield made
    for run in Run.objects.exclude(trainer=None):
        made.launcher.kill(run.trainer)
    for child in made.launcher.children.values():
        child.wait(5)
