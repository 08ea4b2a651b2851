"""Files that come together: what each is for, and what becomes of them, told by their names before any is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NamedTuple

from engine.data.archive import PARTS, SUFFIXES
from engine.problems import Problem, Refusal

Way = Literal["one", "parts", "rows", "arrays"]
ENDINGS = {
    ".csv", ".tsv", ".tab", ".txt", ".data", ".gz", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xls", ".xlsb",
    ".ods", ".npz", ".npy", ".zip",
}  # fmt: skip  # what files are called, and a data set is not
PACKED = {".zip", *SUFFIXES}
MOST_FILES = 100
PART = "part"  # the column that tells the parts


class Given(NamedTuple):
    """An uploaded file: where it lies, and what it was called."""

    path: Path
    name: str


def parts_of(names: Sequence[str]) -> list[str]:
    """The part that each file's name speaks of; nothing at all where they do not tell all files apart.

    Of several files the one that speaks of no part is the training part: adult.data beside adult.test.
    """
    told = [_part(name) for name in names]
    if len(names) > 1 and told.count("") == 1 and "train" not in told:
        told[told.index("")] = "train"
    return told if len(names) > 1 and "" not in told and len(set(told)) == len(told) else []


def together(names: Sequence[str]) -> dict[str, Any]:
    """What becomes of files of these names: `{way, name, message, files: [{name, part}]}`.

    Raises Refusal where they cannot become one data set.
    """
    way, parts = way_of(names), parts_of(names)
    message = {
        "one": f"{names[0]} becomes a data set.",
        "parts": f"{_listed(names)} become one data set. Its column {PART!r} tells which rows are for what.",
        "rows": f"{_listed(names)} become one data set, the rows of one below those of the other. "
        "They must have the same columns, in any order.",
        "arrays": f"The {len(names)} files become one data set of arrays and their labels.",
    }[way]
    given = parts if way == "parts" else [""] * len(names)
    files = [{"name": name, "part": part} for name, part in zip(names, given, strict=True)]
    return {"way": way, "name": dataset_name(names), "message": message, "files": files}


def way_of(names: Sequence[str]) -> Way:
    """How files of these names are put together; raises Refusal where they cannot be."""
    if len(names) > MOST_FILES:
        message = f"{len(names)} files came together; {MOST_FILES} are the most."
        raise Refusal(Problem("several_files", {}, message, "Pack pictures in one zip, and join small tables first."))
    if len(names) == 1:
        return "one"
    if all(names_idx(name) or name.lower().endswith(".npy") for name in names):
        return "arrays"
    packed = [name for name in names if PurePosixPath(name).suffix.lower() in PACKED]
    if packed:
        message = f"Only tables can be taken together, and {packed[0]} is none."
        raise Refusal(Problem("several_files", {"file": packed[0]}, message, "Pack all pictures in one zip."))
    return "parts" if parts_of(names) else "rows"


def names_idx(name: str) -> bool:
    """Whether a file is called as those of MNIST are."""
    return any(mark in name.lower() for mark in ("-ubyte", ".ubyte", "idx1", "idx3"))


def dataset_name(names: Sequence[str]) -> str:
    """What a data set of these files is called: adult for adult.data.gz and adult.test.gz."""
    stems = [_stem(name) for name in names]
    if len(stems) == 1:
        return stems[0]
    common: list[str] = []
    for words in zip(*(re.split(r"([^A-Za-z0-9]+)", stem) for stem in stems), strict=False):
        if len(set(words)) > 1:
            break
        common.append(words[0])
    shared = "".join(common).strip(" ._-")
    if shared:
        return shared
    return " and ".join(stems) if len(stems) == 2 else f"{stems[0]} and {len(stems) - 1} more"


def _stem(name: str) -> str:
    """A file's name without what its endings say of its format."""
    stem = name
    while (ending := PurePosixPath(stem).suffix).lower() in ENDINGS:
        stem = stem.removesuffix(ending)
    return stem or name


def _part(name: str) -> str:
    """The part that a file's name speaks of, or nothing."""
    last = PurePosixPath(name.replace("\\", "/")).name.lower()
    words = [*re.split(r"[^a-z0-9]+", last), *re.split(r"[^a-z]+", last)]  # t10k, train1
    return next((PARTS[word] for word in words if word in PARTS), "")


def _listed(names: Sequence[str]) -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return f"{', '.join(names[:-1])} and {names[-1]}"
