"""The real server in a folder of its own, and a real browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

from tests.e2e.server import Server

CLONE = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXPECTED_NOISE = re.compile(r"WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET")
"""What a browser says while a test kills the server on purpose."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server; one for all tests, as people share one."""
    if not (CLONE / "frontend" / "dist" / ".vite" / "manifest.json").exists():
        pytest.fail("The front end is not built. Run `make test`, which builds it.")
    with Server(tmp_path_factory.mktemp("netloom")) as running:
        yield running


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Gone before other packages' tests, as its event loop would stand in the way of theirs."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """An installed Chromium or Chrome, else Playwright's own; a loud skip where neither can be had."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and not Path(playwright.chromium.executable_path).exists():
        fetched = subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, text=True, check=False
        )
        if fetched.returncode:
            reason = "BROWSER TESTS SKIPPED: no Chromium or Chrome found, and Playwright could not fetch its own."
            print(f"\n{'!' * 100}\n{reason}\n{'!' * 100}", file=sys.stderr)
            pytest.skip(reason)
    browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A signed-in page that notes whatever goes to the console as an error."""
    context = browser.new_context(
        base_url=server.address, viewport={"width": 1440, "height": 900}, accept_downloads=True
    )
    context.set_default_timeout(20_000)
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED_NOISE.search(message.text):
            errors.append(message.text)

    page = context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.sign_in_link())
    yield page
    context.close()
    assert errors == []


@pytest.fixture(scope="session")
def clean_python(tmp_path_factory: pytest.TempPathFactory) -> CleanPython:
    """Makes fresh virtual environments; kept for the session."""
    return CleanPython(tmp_path_factory.mktemp("environments"))


class CleanPython:
    """Fresh virtual environments with nothing but what a requirements.txt names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[str, Path] = {}

    def __call__(self, requirements: Path) -> Path:
        """The interpreter of an environment made for this file alone (one for files that say the same)."""
        wanted = requirements.read_text()
        if wanted not in self.known:
            home = self.folder / str(len(self.known))
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
            python = home / "bin" / "python"
            subprocess.run(
                [python, "-m", "pip", "install", "--quiet", "--no-cache-dir", "-r", str(requirements)], check=True
            )
            self.known[wanted] = python
        return self.known[wanted]

    def run(self, python: Path, folder: Path, *arguments: str) -> str:
        """What predict.py in `folder` prints, in an environment that knows nothing of this project."""
        environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
        done = subprocess.run(
            [python, "predict.py", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
