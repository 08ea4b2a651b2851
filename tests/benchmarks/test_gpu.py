"""How much a GPU is at work, heard from a stand-in for nvidia-smi; and what is measured where there is one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.benchmarks import gpu, speeds
from tests.benchmarks.report import Moment, table
from tests.benchmarks.trained import Trained
from tests.benchmarks.works import GPU_SIZES, KERAS, WORKS, on_gpu, read

STAND_IN = """#!/bin/sh
echo "$@" > {asked}
while true; do echo "{told}"; sleep 0.02; done
"""


def test_the_gpu_is_as_busy_as_nvidia_smi_says_while_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stand_in(tmp_path, monkeypatch, "93")
    began = time.perf_counter()
    with gpu.Busy() as busy:
        while len(busy.readings) < 3:
            time.sleep(0.01)
    assert busy.percent([(began - gpu.MEMORY, time.perf_counter())]) == 93
    assert "--id=2" in (tmp_path / "asked").read_text()


def test_readings_outside_the_timed_epochs_do_not_count() -> None:
    busy = gpu.Busy()
    busy.readings = [(1.0, 0.0), (10.5, 20.0), (11.5, 90.0), (12.5, 100.0), (14.0, 0.0)]
    assert busy.percent([(10.0, 13.0)]) == 95  # a reading tells of the second before it
    assert busy.percent([(20.0, 30.0)]) is None


@pytest.mark.parametrize("told", ["[N/A]", None])
def test_a_gpu_of_which_nothing_is_told_is_said_to_be_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str | None
) -> None:
    if told is None:
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        _stand_in(tmp_path, monkeypatch, told)
    with gpu.Busy() as busy:
        time.sleep(0.1)
    found = speeds._at_work("GPU at work", busy, [Trained(1, 0.0, time.perf_counter(), 1, "GPU")])
    assert "nvidia-smi did not tell" in " ".join(found.cells())


def test_a_share_stands_in_the_table_without_a_limit() -> None:
    assert "| GPU at work | 93.0 % of the time | – | – |" in table([Moment("GPU at work", 93, None, "% of the time")])


def test_where_there_is_a_gpu_all_sides_are_measured_there_with_its_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stand_in(tmp_path, monkeypatch, "88")
    monkeypatch.setattr(gpu, "name", lambda: "NVIDIA H100")
    monkeypatch.setattr(gpu, "MEMORY", 0.0)
    monkeypatch.setattr(speeds, "Side", _Quick)
    monkeypatch.setattr(speeds, "SECONDS", 2.42)
    found = list(speeds.measure(WORKS[0], tmp_path / "rows"))
    assert [type(one).__name__ for one in found] == ["Missing", "Speed", "Speed", "Moment"]
    assert found[0].cells() == ("table MLP 100-64-32-1, batch 32: Keras 3 on JAX", "no such module")
    assert [(one.peer, one.wanted) for one in found[1:3]] == [("hand-written JAX loop", 0.98), ("PyTorch compiled", 1)]
    assert found[3].value == 88


def test_all_works_have_a_size_for_a_gpu_and_the_ratios_wanted_there() -> None:
    assert GPU_SIZES.keys() == {work.name for work in WORKS} == {"table", "mlp", "cnn", "lstm", "resnet"}
    for work in map(on_gpu, WORKS):
        assert work.wanted == {"loop": 0.98, "keras": 1.0, "torch-compiled": 1.0}
        assert work.rows >= 32 * work.batch
    assert on_gpu(WORKS[-1]).called == "ResNet-18 on 32×32×3, batch 512, bfloat16"


def test_the_residual_network_is_measured_on_a_cpu_only_when_asked_for() -> None:
    assert gpu.name() is None
    assert [bench.name for bench in speeds.BENCHES if bench.left_out()] == ["resnet"]


class _Quick:
    """A side that takes some time and trains nothing; Keras cannot be started."""

    def __init__(self, name: str, folder: Path, on_gpu: bool) -> None:
        assert on_gpu
        assert read(folder)[0].rows == GPU_SIZES["table"]["rows"]
        if name == KERAS:
            raise RuntimeError("no such module")
        self.trained: list[Trained] = []
        self.short = 2 if name == "netloom" else 1  # our side says how many epochs are enough, once it has compiled

    def speed(self, epochs: int) -> float:
        assert epochs == (3 if len(self.trained) < self.short else 50)
        began = time.perf_counter()
        time.sleep(0.1)
        self.trained.append(Trained(1000, began, began + 0.1, 1, "NVIDIA H100"))
        return self.trained[-1].speed

    def close(self) -> None:
        pass


def _stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    command = folder / "nvidia-smi"
    command.write_text(STAND_IN.format(asked=folder / "asked", told=told))
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
