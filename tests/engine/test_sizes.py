"""Sizes in words, in one unit everywhere."""

import re

from engine.sizes import GB, MB, size_in_words
from tests.test_architecture import ROOT, python_files

BINARY = re.compile(r"(1024 ?\*\* ?[23]|2 ?\*\* ?[23]0)[^\n]*\b[GM]B\b")


def test_sizes_are_told_in_words() -> None:
    words = [size_in_words(size) for size in (1, 12_000, 320 * MB, 1.44 * GB, 18.2 * GB, 25_769_803_776, 1610 * GB)]
    assert words == ["1 kB", "12 kB", "320 MB", "1.4 GB", "18 GB", "26 GB", "1,610 GB"]


def test_no_message_divides_by_powers_of_two_and_says_gb() -> None:
    found = [
        str(path.relative_to(ROOT)) for path in python_files("engine", "webapp") if BINARY.search(path.read_text())
    ]
    assert found == []
