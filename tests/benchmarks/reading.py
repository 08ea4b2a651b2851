"""How fast uploads become data sets: a CSV against plain polars, a very large one, and JPEGs against plain Pillow."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
from PIL import Image

from engine.data.profile import profile
from tests.benchmarks.report import Bench, Finding, Missing, Moment, Speed, interleaved

CIFAR = Path(__file__).resolve().parents[3] / "shared" / "data" / "cifar10_jpg" / "cifar10_subset.zip"
BLOCK = 100_000  # rows that a made-up table repeats
ROWS = 1_000_000
LARGE = 10**9  # bytes
TWICE, LITTLE_MORE = 0.5, 1 / 1.2  # of a peer's speed


def csv(folder: Path) -> Iterator[Finding]:
    """The whole reading and profile of a table, with the proposed recipe, against read_csv and describe."""
    upload = folder / "upload"
    write_table(upload, lambda written, rows: rows >= ROWS)
    sides = {"netloom": lambda: ROWS / profiled(upload, folder / "own"), "polars": lambda: ROWS / described(upload)}
    speeds = interleaved(sides)
    yield Speed(f"CSV, {ROWS:,} rows of 12", speeds["netloom"], "polars read_csv + describe", speeds["polars"], TWICE)


def large_csv(folder: Path) -> Iterator[Finding]:
    """A table of a gigabyte in the reading process itself: seconds, and the most memory it took."""
    upload = folder / "upload"
    write_table(upload, lambda written, rows: written >= LARGE)
    (folder / "request.json").write_text(json.dumps({"filename": "large.csv"}))
    began = time.perf_counter()
    arguments = [sys.executable, "-m", "engine", "profile", str(folder)]
    out = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    child = os.posix_spawn(sys.executable, arguments, {**os.environ, "JAX_PLATFORMS": "cpu"}, file_actions=[out])
    _, status, usage = os.wait4(child, 0)
    taken = time.perf_counter() - began
    if status or not (folder / "profile.json").exists():
        raise RuntimeError("The large table could not be profiled.")
    yield Moment("CSV of 1 GB profiled", taken, 20, "s")
    yield Moment("its processor time", usage.ru_utime + usage.ru_stime, None, "s")
    yield Moment("its memory at most", usage.ru_maxrss * 1024 / 1e9, 2, "GB")


def jpegs(folder: Path) -> Iterator[Finding]:
    """12,000 small JPEGs of a zip into one array, against a plain thread pool that decodes them into one."""
    if not CIFAR.exists():
        yield Missing("12,000 JPEGs", f"{CIFAR.name} is not beside this checkout")
        return
    with zipfile.ZipFile(CIFAR) as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg")]
    sides = {
        "netloom": lambda: len(names) / profiled(CIFAR, folder / "own"),
        "pillow": lambda: len(names) / decoded(CIFAR, names, folder / "pillow.npy"),
    }
    speeds = interleaved(sides)
    yield Speed(f"{len(names):,} JPEGs", speeds["netloom"], "Pillow, threads", speeds["pillow"], LITTLE_MORE)


BENCHES = (Bench("csv", csv), Bench("large_csv", large_csv), Bench("jpegs", jpegs))


def write_table(path: Path, enough: Callable[[int, int], bool]) -> None:
    """Ten numbers, one of them with gaps, a whole number and a category, until there are `enough` bytes or rows."""
    rng = np.random.default_rng(0)
    numbers = {f"x{n}": rng.normal(size=BLOCK).round(6) for n in range(10)}
    numbers["x3"][::50] = np.nan
    block = pl.DataFrame({**numbers, "n": rng.integers(0, 50, BLOCK), "kind": rng.choice(["red", "green"], BLOCK)})
    lines = block.with_columns(pl.col("x3").fill_nan(None)).write_csv(include_header=False).encode()
    with path.open("wb") as file:
        file.write((",".join(block.columns) + "\n").encode())
        rows = 0
        while not enough(file.tell(), rows):
            file.write(lines)
            rows += BLOCK


def profiled(upload: Path, folder: Path) -> float:
    """Seconds from an upload to its profile."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "request.json").write_text(json.dumps({"filename": upload.name}))
    began = time.perf_counter()
    profile(folder, lambda phase, fraction: None, upload)
    return time.perf_counter() - began


def described(upload: Path) -> float:
    began = time.perf_counter()
    pl.read_csv(upload, infer_schema_length=None).describe()
    return time.perf_counter() - began


def decoded(upload: Path, names: list[str], path: Path) -> float:
    began = time.perf_counter()
    with zipfile.ZipFile(upload) as archive, ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        pictures = pool.map(lambda name: np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB")), names)
        np.save(path, np.stack(list(pictures)))
    return time.perf_counter() - began
