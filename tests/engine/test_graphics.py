"""How the GPUs of a machine are dealt out to runs that train at the same time, and how busy they are."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pynvml
import pytest

from engine import graphics
from engine.graphics import Graphics, gpu_share, least_memory

VARIABLES = (graphics.VISIBLE, *graphics.FRACTIONS)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    graphics._count.cache_clear()
    yield
    graphics._count.cache_clear()


def machine(monkeypatch: pytest.MonkeyPatch, *busy: int) -> None:
    """A machine whose GPUs compute that many percent of the time."""
    monkeypatch.setattr(pynvml, "nvmlInit", lambda: None)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetCount", lambda: len(busy))
    monkeypatch.setattr(pynvml, "nvmlDeviceGetHandleByIndex", lambda number: number)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetHandleByUUID", lambda name: int(name.removeprefix("GPU-")))
    monkeypatch.setattr(pynvml, "nvmlDeviceGetUtilizationRates", lambda gpu: SimpleNamespace(gpu=busy[gpu]))
    monkeypatch.setattr(pynvml, "nvmlDeviceGetMemoryInfo", lambda gpu: SimpleNamespace(total=(8 - gpu) * 10**9))


def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a driver."""

    def missing() -> None:
        raise pynvml.NVMLError_LibraryNotFound

    monkeypatch.setattr(pynvml, "nvmlInit", missing)


def visible(places: int) -> list[str | None]:
    return [gpu_share(place, places).get("CUDA_VISIBLE_DEVICES") for place in range(places)]


def fractions(places: int) -> list[float | None]:
    shares = [gpu_share(place, places).get("XLA_CLIENT_MEM_FRACTION") for place in range(places)]
    return [None if share is None else float(share) for share in shares]


def test_every_place_has_gpus_of_its_own_while_there_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, 0, 0, 0, 0, 0)
    assert visible(2) == ["0,2,4", "1,3"]
    assert visible(5) == ["0", "1", "2", "3", "4"]
    assert fractions(2) == [None, None]
    assert gpu_share(0, 2)["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"


def test_places_that_have_the_same_gpu_divide_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, 0, 0)
    assert visible(3) == ["0", "1", "0"]
    assert fractions(3) == [0.375, None, 0.375]
    monkeypatch.setenv("XLA_CLIENT_MEM_FRACTION", "0.9")
    assert fractions(4) == [0.45] * 4


def test_a_share_of_memory_that_the_server_was_given_by_its_former_name_is_divided_under_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine(monkeypatch, 0)
    monkeypatch.setenv("XLA_PYTHON_CLIENT_MEM_FRACTION", "0.6")
    share = gpu_share(1, 2)
    assert share["XLA_PYTHON_CLIENT_MEM_FRACTION"] == "0.3000"
    assert "XLA_CLIENT_MEM_FRACTION" not in share


def test_only_the_gpus_that_the_server_may_use_are_dealt_out(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, 0, 0, 0, 0)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3, GPU-1 ,0")
    assert visible(2) == ["3,0", "GPU-1"]
    assert "CUDA_DEVICE_ORDER" not in gpu_share(0, 2)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,-1,3")  # CUDA reads no further
    assert visible(2) == ["2", "2"]
    for none in ("", "-1"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", none)
        assert gpu_share(0, 2) == {}


def test_one_run_at_a_time_keeps_all_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, 0, 0)
    assert gpu_share(0, 1) == {}


def test_without_a_gpu_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    bare(monkeypatch)
    assert gpu_share(1, 2) == {}
    assert least_memory() is None
    assert Graphics().busy() is None


def test_how_busy_the_gpus_are_is_the_mean_of_those_that_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, 10, 50, 90)
    assert Graphics().busy() == pytest.approx(0.5)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,GPU-2")
    assert Graphics().busy() == pytest.approx(0.5)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-2")
    assert Graphics().busy() == pytest.approx(0.9)


def test_the_smallest_gpu_that_may_be_used_tells_how_much_memory_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, 0, 0, 0)
    assert least_memory() == 6 * 10**9
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,0")
    assert least_memory() == 7 * 10**9
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert least_memory() is None


def test_a_driver_that_does_not_tell_how_busy_a_gpu_is_ends_no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, 10)

    def unsupported(gpu: int) -> None:
        raise pynvml.NVMLError_NotSupported

    monkeypatch.setattr(pynvml, "nvmlDeviceGetUtilizationRates", unsupported)
    assert Graphics().busy() is None
