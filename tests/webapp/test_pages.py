"""The page of the browser application, its policy, and the pages beside it."""

import json
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from webapp.pages import status
from webapp.pages.assets import collect_assets
from webapp.runs.models import Heartbeat, Run

pytestmark = pytest.mark.django_db
MANIFEST = {
    "index.html": {
        "file": "assets/main-Ab3dEf9h.js",
        "isEntry": True,
        "css": ["assets/main-12345678.css"],
        "imports": ["_ui.js"],
    },
    "_ui.js": {"file": "assets/ui-abcdefgh.js", "css": ["assets/ui-87654321.css"], "imports": ["index.html"]},
    "chart.ts": {"file": "assets/chart-abcdefgh.js", "isDynamicEntry": True},
}


@pytest.fixture
def built(settings: Any, tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    (dist / ".vite").mkdir(parents=True)
    (dist / ".vite" / "manifest.json").write_text(json.dumps(MANIFEST))
    (dist / "assets").mkdir()
    (dist / "assets" / "main-Ab3dEf9h.js").write_text("export const words = 'so many words';" * 100)
    settings.FRONTEND_DIST = dist
    settings.STATICFILES_DIRS = [("app", dist)]
    collect_assets()
    return dist


def directives(answer: Any) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


@pytest.mark.parametrize("path", ["/", "/projects/3/design", "/projects"])
def test_the_application_is_served_at_all_its_addresses(built: Path, path: str) -> None:
    assert built
    answer = Client().get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<script type="module" src="/static/app/assets/main-Ab3dEf9h.js"></script>' in page
    assert '<link rel="stylesheet" href="/static/app/assets/main-12345678.css">' in page
    assert '<link rel="stylesheet" href="/static/app/assets/ui-87654321.css">' in page
    assert '<link rel="modulepreload" href="/static/app/assets/ui-abcdefgh.js">' in page
    assert "chart" not in page
    assert "csrftoken" in answer.cookies


def test_the_policy_allows_only_what_this_server_sent(built: Path) -> None:
    assert built
    answer = Client().get("/", headers={"Host": "localhost:8000"})
    policy = directives(answer)
    nonce = re.search(r'name="csp-nonce" content="([^"]+)"', answer.content.decode())
    assert nonce is not None
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == f"'self' 'nonce-{nonce[1]}'"
    assert f'<style id="plotly.js-style-global" nonce="{nonce[1]}">' in answer.content.decode()
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["worker-src"] == "'self' blob:"
    assert policy["connect-src"] == "'self' ws://localhost:8000 wss://localhost:8000"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_nonce_is_used_once(built: Path) -> None:
    assert built
    assert directives(Client().get("/"))["style-src"] != directives(Client().get("/"))["style-src"]


@pytest.mark.parametrize("path", ["/", "/health/", "/api/me/", "/nothing", "/signin"])
def test_every_answer_has_the_headers_that_protect_it(path: str) -> None:
    headers = Client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_an_application_that_is_not_built_says_so(settings: Any, tmp_path: Path) -> None:
    settings.FRONTEND_DIST = tmp_path / "nowhere"
    assert collect_assets() is False
    answer = Client().get("/")
    assert answer.status_code == 503
    assert "make run" in answer.content.decode()


def test_a_page_that_does_not_exist_says_so_in_words() -> None:
    answer = Client().get("/nothing")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.content.decode()


def test_a_build_made_while_serving_waits_for_the_next_start(built: Path) -> None:
    (built / ".vite" / "manifest.json").write_text(
        json.dumps({"index.html": {"file": "assets/new.js", "isEntry": True}})
    )
    assert "main-Ab3dEf9h.js" in Client().get("/").content.decode()
    collect_assets()
    assert "new.js" in Client().get("/").content.decode()


def test_assets_are_collected_and_compressed_once_per_build(built: Path, settings: Any) -> None:
    assert collect_assets() is False
    collected = Path(settings.STATIC_ROOT) / "app" / "assets"
    assert {path.suffix for path in collected.iterdir()} == {".js", ".gz", ".br"}
    (built / ".vite" / "manifest.json").write_text(json.dumps(MANIFEST | {"new": {"file": "x"}}))
    assert collect_assets() is True


@pytest.mark.parametrize(
    ("address", "immutable"),
    [("/static/app/assets/main-Ab3dEf9h.js", True), ("/static/app/favicon.svg", False), ("/static/app/main.js", False)],
)
def test_names_that_hold_their_hash_are_kept_by_browsers_for_good(settings: Any, address: str, immutable: bool) -> None:
    assert bool(re.match(settings.WHITENOISE_IMMUTABLE_FILE_TEST, address)) is immutable


def test_the_server_lives_without_a_supervisor_but_is_not_ready() -> None:
    assert Client().get("/health/").json() == {"status": "alive"}
    answer = Client().get("/ready/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "supervisor_down")


def test_the_status_tells_that_other_runs_train_than_before(api: APIClient, make_run: Callable[..., Run]) -> None:
    def told() -> str:
        return str(api.get("/api/system/").json()["training_mark"])

    idle, run = told(), make_run()
    assert told() == idle
    for state, same in (("running", False), ("paused", True), ("running", False), ("finished", True)):
        Run.objects.filter(pk=run.pk).update(state=state)
        assert (told() == idle) is same
    Run.objects.filter(pk=run.pk).update(state="running")
    first = told()
    Run.objects.filter(pk=run.pk).update(state="finished")
    make_run(state="running")
    assert told() not in (idle, first)


def test_which_runs_train_cannot_be_guessed_from_the_status(
    api: APIClient, make_run: Callable[..., Run], settings: Any
) -> None:
    """Another server with the same runs tells another mark, so no list of guesses leads back to them."""
    make_run(state="running")
    here = api.get("/api/system/").json()["training_mark"]
    settings.SECRET_KEY = "another server's"
    assert api.get("/api/system/").json()["training_mark"] != here


def test_the_server_is_ready_while_the_supervisors_heart_beats(api: APIClient) -> None:
    Heartbeat.objects.create(pk=1, pid=1, beat=timezone.now())
    assert Client().get("/ready/").json() == {"status": "ready"}
    assert api.get("/api/system/").json()["supervisor"] == "alive"
    Heartbeat.objects.update(beat=timezone.now() - timedelta(seconds=6))
    assert Client().get("/ready/").status_code == 503
    assert api.get("/api/system/").json()["supervisor"] == "down"


def test_the_footer_learns_what_it_runs_on(api: APIClient) -> None:
    body = api.get("/api/system/").json()
    assert set(body) == {"device", "devices", "version", "supervisor", "training_mark"}
    assert body["devices"]


def test_a_driver_that_does_not_answer_is_no_gpu(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: list[str], **_: Any) -> None:
        raise subprocess.TimeoutExpired(command, 10)

    monkeypatch.setattr(status, "find_spec", lambda _: True)
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr("subprocess.run", hang)
    status.devices.cache_clear()
    answer = api.get("/api/system/")
    status.devices.cache_clear()
    assert answer.status_code == 200
    assert answer.json()["device"].startswith("CPU")


def test_the_api_can_be_read_without_any_script() -> None:
    answer = Client().get("/api/docs/")
    page = answer.content.decode()
    assert "/api/runs/{id}/stop/" in page
    assert "<script" not in page
    assert " style=" not in page


def test_the_description_of_the_api_is_complete_and_without_warnings(tmp_path: Path) -> None:
    call_command(
        "spectacular", file=str(tmp_path / "schema.json"), format="openapi-json", validate=True, fail_on_warn=True
    )
    schema = json.loads((tmp_path / "schema.json").read_text())
    assert schema["components"]["schemas"]["Graph"]["required"] == ["format", "nodes", "edges"]
    for item in schema["paths"].values():
        for method, operation in item.items():
            assert operation["responses"]["default"], method
    served = Client().get("/api/schema/").json()
    assert set(served["paths"]) == set(schema["paths"])
