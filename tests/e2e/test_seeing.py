"""Looking at a run: its view is in the address, its layers and examples stand beside the curves."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e import journey
from tests.e2e.server import Server, wait_for
from tests.engine.drawings import stack


def _project(server: Server) -> int:
    """A project on the sample about tumours, with its proposals."""
    dataset = server.client.post("/api/datasets/", json={"sample": "breast_cancer"}).json()["id"]
    wait_for(lambda: server.get(f"/api/datasets/{dataset}/")["state"] == "ready", 60, "the sample to be read")
    read = server.get(f"/api/datasets/{dataset}/")
    made = server.client.post("/api/projects/", json={"name": "Seeing"})
    settings = {"epochs": 1000, "early_stopping": None}
    body = {"dataset": dataset, "recipe": read["recipe"], "graph": read["graph"], "settings": settings}
    path = f"/api/projects/{made.json()['id']}/"
    etag = server.client.get(path).headers["ETag"]
    server.client.patch(path, json=body, headers={"If-Match": etag}).raise_for_status()
    return int(made.json()["id"])


def _zoom(page: Page, chart: Any) -> None:
    box = chart.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.4 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], middle, steps=6)
    page.mouse.up()


def test_a_view_outlives_a_reload_and_shows_the_inside_of_a_run(page: Page, server: Server) -> None:
    project = _project(server)
    run = server.client.post("/api/runs/", json={"project": project}).json()["id"]
    assert server.wait_for_end(run)["state"] == "finished"
    page.goto(f"/projects/{project}/train?run={run}")
    wait_for(lambda: journey.points(page) > 100, 30, "the curve")
    page.get_by_role("switch", name="Log y").click()
    page.get_by_text("Step", exact=True).click()
    page.get_by_role("slider", name="Smoothing").press("ArrowRight")
    _zoom(page, page.locator("[data-chart=loss]"))
    page.wait_for_url(re.compile(r"zoom="))
    for said in ("x=step", "log=y", "smooth=0.01"):
        assert said in page.url
    address = page.url
    page.reload()
    expect(page.get_by_role("button", name="Show all", exact=True)).to_be_visible()
    expect(page.get_by_role("slider", name="Smoothing")).to_have_attribute("aria-valuenow", "0.01")
    assert page.url == address

    inside = page.get_by_role("region", name="Inside the network")
    expect(inside.get_by_role("row")).to_have_count(len(_layers(server, run)))
    inside.get_by_label("Figure of the layers").select_option("update")
    page.wait_for_url(re.compile(r"layers=update"))
    examples = page.get_by_role("region", name="Examples")
    expect(examples.get_by_role("listitem")).to_have_count(6)
    examples.get_by_text("Most wrong").click()
    expect(examples).to_contain_text("largest losses")
    page.go_back()
    expect(examples).to_contain_text("same validation rows")


def _layers(server: Server, run: int) -> list[dict[str, Any]]:
    told = [event for event in server.events(run) if event["type"] == "layers"][-1]
    return [layer for layer in told["layers"] if "gradient" in layer]


def test_a_link_to_a_layer_shows_it_however_far_down_it_stands(page: Page, server: Server) -> None:
    graph = stack(*[("Dense", {"units": 4})] * 40)
    for place, one in enumerate(graph["nodes"]):
        one["position"] = {"x": 0, "y": 112 * place}
    made = server.client.post("/api/projects/", json={"name": "Tall"})
    path = f"/api/projects/{made.json()['id']}/"
    etag = server.client.get(path).headers["ETag"]
    server.client.patch(path, json={"graph": graph}, headers={"If-Match": etag}).raise_for_status()
    page.goto(f"/projects/{made.json()['id']}/design?node=layer_35")
    expect(page.locator("[data-id=layer_35]")).to_be_in_viewport()
    expect(page.locator("[data-id=layer_2]")).not_to_be_in_viewport()
