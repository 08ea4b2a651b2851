"""Sizes of memory and files in words, in the units of disks and data: 1 GB is 10⁹ bytes, everywhere a person reads."""

from __future__ import annotations

import math

KB, MB, GB = 10**3, 10**6, 10**9


def size_in_words(size: float) -> str:
    """Bytes in words: 161 GB, 1.4 GB, 320 MB, 12 kB."""
    if size < 0.95 * MB:
        return f"{math.ceil(size / KB):,} kB"
    if size < 0.95 * GB:
        return f"{math.ceil(size / MB):,} MB"
    return f"{size / GB:,.0f} GB" if size >= 9.95 * GB else f"{size / GB:.1f} GB"
