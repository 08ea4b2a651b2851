"""Bad input at the real server: a clear problem, nothing lost, and the server goes on."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e import files, journey
from tests.e2e.server import Server, wait_for

GOOD = b"a,b,label\n" + b"".join(b"%d,%d,%s\n" % (n, n * 7 % 10, b"yes" if n % 3 else b"no") for n in range(60))
JARGON = re.compile(r"Traceback|Error\(|polars|zipfile|jax|numpy|pydantic|None|<class", re.IGNORECASE)


def zipped(entries: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return content.getvalue()


def pictures() -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    return {f"{shape}/{n}.png": files.picture(shape, rng) for shape in files.SHAPES for n in range(6)}


def read(server: Server, name: str, content: bytes) -> dict[str, Any]:
    """Uploads a file and gives the data set once it is ready or failed."""
    answer = server.client.post("/api/datasets/", files={"file": (name, content)}, data={"name": name})
    if answer.status_code == 400:  # refused while it arrives
        return {"state": "failed", "problem": answer.json()["error"]}
    assert answer.status_code == 201, answer.text
    number = answer.json()["id"]
    wait_for(lambda: server.get(f"/api/datasets/{number}/")["state"] != "reading", 60, f"{name} to be read")
    found: dict[str, Any] = server.get(f"/api/datasets/{number}/")
    return found


def require_plain(problem: dict[str, Any]) -> None:
    """A problem in plain words: what is wrong and what to do, no library's text."""
    assert problem["code"]
    assert len(problem["message"]) > 15
    assert len(problem["hint"]) > 10
    assert not JARGON.search(problem["message"] + problem["hint"]), problem


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40),
        ("empty.csv", b""),
        ("blank.csv", b"\n\n  \n"),
        ("one_column.csv", b"a\n1\n2\n3\n"),
        ("only_header.csv", b"a,b,c\n"),
        ("broken.zip", zipped(pictures())[:400]),
        ("no_pictures.zip", zipped({"readme.txt": b"hello"})),
        ("bomb.zip", zipped({"a/1.png": b"\0" * 300_000_000, "b/1.png": b"\0" * 300_000_000})),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_used_is_refused_in_plain_words(server: Server, name: str, content: bytes) -> None:
    found = read(server, name, content)
    assert found["state"] == "failed"
    require_plain(found["problem"])
    assert read(server, "good.csv", GOOD)["state"] == "ready"


def test_bad_pictures_and_names_that_lead_out_are_listed_and_the_rest_is_used(server: Server) -> None:
    entries = pictures() | {"circle/bad.png": b"not a picture", "../../etc/evil.png": pictures()["circle/0.png"]}
    found = read(server, "mixed.zip", zipped(entries))
    assert (found["state"], found["rows"]) == ("ready", 18)
    listed = " ".join(warning["message"] for warning in found["warnings"])
    assert "bad.png" in listed
    assert "evil.png" in listed
    assert not list(server.home.rglob("evil.png"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a,b,label\n" + b"".join(b"%d,%d,same\n" % (n, n % 7) for n in range(50)), "target_has_one_value"),
        (b"a,b,label\n" + b"".join(b"%d,%d,\n" % (n, n % 7) for n in range(50)), "no_rows_left"),
    ],
)
def test_a_target_that_says_nothing_is_refused_before_anything_is_queued(
    server: Server, content: bytes, code: str
) -> None:
    found = read(server, "flat.csv", content)
    recipe = found["recipe"]
    for name, column in recipe["columns"].items():
        column["role"] = "target" if name == "label" else "feature"
    recipe["columns"]["label"]["kind"] = "category"
    graph = read(server, "good.csv", GOOD)["graph"]
    answer = server.client.post(
        "/api/runs/", json={"graph": graph, "dataset": found["id"], "recipe": recipe, "settings": {"format": 1}}
    )
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == code
    require_plain(answer.json()["error"])


def test_a_graph_of_100_000_nodes_gets_an_answer_at_once(server: Server) -> None:
    nodes = [{"id": f"n{n}", "type": "Flatten", "config": {}} for n in range(100_000)]
    answer = server.client.post("/api/check/", json={"graph": {"format": 1, "nodes": nodes, "edges": []}})
    assert answer.status_code == 200
    (problem,) = answer.json()["problems"]
    assert problem["code"] == "graph_too_large"
    require_plain(problem)
    assert server.client.get("/health/").status_code == 200


@pytest.mark.parametrize("units", [10**9, 10**7])
def test_a_dense_layer_beyond_all_memory_is_named_and_nothing_is_queued(server: Server, units: int) -> None:
    found = read(server, "good.csv", GOOD)
    graph = found["graph"]
    hidden = [node for node in graph["nodes"] if "units" in node["config"]][:2]
    for node in hidden:
        node["config"]["units"] = units
    report = server.client.post(
        "/api/check/", json={"graph": graph, "dataset": found["id"], "recipe": found["recipe"]}
    ).json()
    assert report["problems"][0]["node"] in {node["id"] for node in hidden}
    require_plain(report["problems"][0])
    answer = server.client.post(
        "/api/runs/",
        json={"graph": graph, "dataset": found["id"], "recipe": found["recipe"], "settings": {"format": 1}},
    )
    assert answer.status_code == 422
    require_plain(answer.json()["error"])


def test_the_browser_shows_why_a_file_was_refused_and_takes_the_next_one(
    page: Page, server: Server, tmp_path: Path
) -> None:
    wrong, right = tmp_path / "one.csv", tmp_path / "good.csv"
    wrong.write_bytes(b"only\n1\n2\n3\n")
    right.write_bytes(GOOD)
    journey.new_project(page)
    journey.go(page, "Data")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a file").first.click()
    chooser.value.set_files(wrong)
    expect(page.get_by_text(re.compile("column")).first).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="Data, problem")).to_be_visible()
    journey.upload(page, right)
    journey.go(page, "Design")
    expect(page.get_by_role("group", name=re.compile("^output_1,"))).to_be_visible()
