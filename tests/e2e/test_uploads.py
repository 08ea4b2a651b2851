"""A large file on its way: through a server that dies, a pause and a page that is loaded anew."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.journey import SLOW, new_project
from tests.e2e.server import Server, wait_for

RATE = 3_000_000  # bytes a second, slow enough to see


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "readings.2026.csv"
    line = ",".join(f"{number:.6f}" for number in range(1, 40))
    rows = "".join(f"{number},{line}\n" for number in range(30_000))
    path.write_text(",".join(f"column {number}" for number in range(40)) + "\n" + rows)
    return path


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A signed-in page; what its console says of a server that is killed is no fault here."""
    context = browser.new_context(base_url=server.address, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(server.sign_in_link())
    yield page
    context.close()


def arrived(server: Server) -> int:
    """How many bytes of the file the server has; 0 while it does not answer."""
    try:
        return sum(int(row["offset"]) for row in server.get("/api/uploads/"))
    except httpx.TransportError:
        return 0


def send(page: Page, file: Path) -> Locator:
    """Chooses a file, and finds how far it is once it moves."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a file").first.click()
    chooser.value.set_files(file)
    moving = page.get_by_role("status", name=f"Uploading {file.name}")
    expect(moving).to_contain_text(re.compile(r"MB of .* MB, .* MB/s, .* left"), timeout=SLOW)
    return moving


def test_an_upload_goes_on_after_a_crash_and_after_a_reload(page: Page, server: Server, large: Path) -> None:
    network = page.context.new_cdp_session(page)
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": RATE}
    network.send("Network.emulateNetworkConditions", limits)
    new_project(page)
    moving = send(page, large)
    before = arrived(server)
    server.child("webapp.web").kill()
    wait_for(lambda: arrived(server) > before > 0, 30, "the upload to go on by itself")
    page.get_by_role("button", name="Pause").click()
    expect(moving).to_contain_text("paused")
    kept = arrived(server)
    page.reload()
    expect(page.get_by_role("region", name="Unfinished uploads")).to_contain_text(large.name)
    send(page, large)
    assert arrived(server) >= kept
    assert len(server.get("/api/uploads/")) == 1  # it went on, and did not begin anew
    network.send("Network.emulateNetworkConditions", {**limits, "uploadThroughput": -1})
    expect(page.get_by_role("link", name="Data, ready")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Project name: readings.2026. Rename")).to_be_visible()
    newest = server.get("/api/datasets/")[0]
    stored = server.get(f"/api/datasets/{newest['id']}/")
    assert stored["sha256"] == hashlib.sha256(large.read_bytes()).hexdigest()
    assert (stored["name"], stored["size"], server.get("/api/uploads/")) == (
        "readings.2026", large.stat().st_size, [],
    )  # fmt: skip
