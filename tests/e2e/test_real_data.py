"""Real data through the browser: how good the proposed network is on census rows and on pictures of clothes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e import fashion, journey
from tests.e2e.server import Server

ADULT = Path(__file__).resolve().parents[3] / "shared" / "data" / "adult" / "adult_train_header.csv.gz"


@pytest.mark.skipif(not ADULT.exists(), reason="The census data are not on this machine.")
def test_the_proposed_network_reaches_85_percent_on_the_adult_census(
    page: Page, server: Server, tmp_path: Path
) -> None:
    table = tmp_path / "adult.csv"
    table.write_bytes(gzip.decompress(ADULT.read_bytes()))
    journey.new_project(page)
    journey.upload(page, table)
    ended = server.wait_for_end(journey.train(page), 240)
    print("Adult census:", ended["metrics"])
    assert ended["metrics"]["test"]["accuracy"] >= 0.85


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not fashion.FOLDER.exists(), reason="Fashion-MNIST is not on this machine.")
def test_the_proposed_network_reaches_89_percent_on_fashion_mnist_in_three_epochs(
    page: Page, server: Server, tmp_path: Path
) -> None:
    archive = tmp_path / "fashion.zip"
    fashion.write_zip(archive)
    journey.new_project(page)
    journey.upload(page, archive, timeout=180_000)
    journey.set_training(page, epochs=3, batch_size=64)
    ended = server.wait_for_end(journey.train(page), 600)
    print("Fashion-MNIST:", ended["metrics"])
    assert ended["metrics"]["epoch"] == 3
    assert ended["metrics"]["test"]["accuracy"] >= 0.89
