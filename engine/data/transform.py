"""Applies a fitted preparation: raw rows or pictures to the arrays of a model, its outputs to answers.

This file and steps.py travel unchanged in every download, so they need NumPy alone, and Pillow for pictures.
Everything it does is told by the preparation document (preparation.json); nothing is fitted here.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.steps import STEPS, absent, log, read_moments, require, restored, scale

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"(?<=\d)[,.' \u00a0\u202f](?=\d{3}(?!\d))")
LARGEST = 1e30  # beyond it 32 bits do not reach
LARGEST_PICTURE = 50_000_000  # pixels; more is taken for an attack, not for a picture


def transform(preparation: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """One array per input, (n, width), from raw columns: float arrays with NaN, or texts, numbers, None."""
    arrays = {}
    for name, given in preparation["inputs"].items():
        encoded = []
        for column in given["columns"]:
            if column not in columns:
                known = ", ".join(repr(one) for one in preparation["columns"])
                raise ValueError(f"The column {column!r} is missing. Give all of these columns: {known}.")
            encoded.append(encode(preparation, column, columns[column]))
        arrays[name] = np.concatenate(encoded, axis=1, dtype=given["dtype"], casting="unsafe")
    return arrays


def transform_images(preparation: Mapping[str, Any], images: Sequence[Any]) -> dict[str, np.ndarray]:
    """One array per input, (n, height, width, channels), from paths, bytes or open Pillow images."""
    arrays = {}
    for name, given in preparation["inputs"].items():
        size = preparation["columns"][given["columns"][0]]
        pixels = np.empty((len(images), *given["shape"]), np.float32)
        for index, image in enumerate(images):
            label = str(image) if isinstance(image, str | Path) else f"Picture {index + 1}"
            try:
                pixels[index] = picture(image, size["height"], size["width"], size["channels"])
            except Exception as error:  # a damaged file can raise almost anything inside a decoder
                raise ValueError(f"{label} could not be read: {flaw(error)}. Give a PNG or JPEG file.") from None
        arrays[name] = pixels * np.float32(size["scale"]) + np.float32(size["offset"])
    return arrays


def targets(preparation: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """One array per target: class indices (n,) of int32, or scaled values (n, 1) of float32."""
    arrays = {}
    for name, target in preparation["targets"].items():
        values = raw(preparation, target, name, columns[name])
        if target["kind"] == "number":
            values = require(target, values, name)
            values = log(target, values, name) if "plus" in target else values
            arrays[name] = scale(target, values, name).astype(np.float32)[:, None]
            continue
        places = {value: place for place, value in enumerate(target["classes"])}
        for row, value in enumerate(values):
            if value not in places:
                raise ValueError(f"Row {row + 1}, column {name!r}: {value!r} is none of the known classes.")
        arrays[name] = np.array([places[value] for value in values], np.int32)
    return arrays


def predictions(
    preparation: Mapping[str, Any], outputs: Mapping[str, Any], last: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """One answer per row: the class with all probabilities, or the value in its own unit.

    `outputs` holds per target what the model gives after its last activation: (n, 1) of sigmoid,
    (n, classes) of softmax, or scaled values (n, 1). `last` holds the present value, (n,), of each target whose
    change was learned.
    """
    answers: list[dict[str, Any]] = []
    for name, target in preparation["targets"].items():
        values = np.asarray(outputs[name], np.float64)
        answers = answers or [{} for _ in values]
        if target["kind"] == "number":
            numbers = restored(target, values.reshape(-1), (last or {}).get(name))
            for answer, value in zip(answers, numbers, strict=True):
                answer[name] = float(value)
            continue
        if values.shape[-1] == 1:  # one sigmoid: the probability of the second class
            values = np.concatenate([1 - values, values], axis=1)
        for answer, chances in zip(answers, values, strict=True):
            answer[name] = target["classes"][int(np.argmax(chances))]
            answer[f"{name}_probabilities"] = dict(zip(target["classes"], chances.tolist(), strict=True))
    return answers


def flat(prediction: Mapping[str, Any]) -> dict[str, Any]:
    """A prediction as columns of a CSV: income_predicted, income_probability_<=50K, …"""
    cells: dict[str, Any] = {}
    for name, value in prediction.items():
        if isinstance(value, Mapping):
            stem = name.removesuffix("_probabilities")
            cells.update({f"{stem}_probability_{key}": chance for key, chance in value.items()})
        else:
            cells[f"{name}_predicted"] = value
    return cells


def read_rows(path: str | Path, preparation: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows of a CSV file written like the training file or in UTF-8; the target may be absent."""
    reading = preparation["reading"]
    text = _decoded(Path(path).read_bytes(), reading["encoding"])
    best: list[list[str]] = []
    as_trained = (reading["separator"], reading.get("quote", '"'), reading.get("escape", ""))
    usual = [(separator, '"', "") for separator in (reading["separator"], ",", ";", "\t", "|")]
    for written in dict.fromkeys([as_trained, *usual]):
        rows = [row for row in _cells(text, *written) if len(row) > 1 or "".join(row)]
        if rows and (not best or len(rows[0]) > len(best[0])):
            best = rows
        if rows and set(preparation["columns"]) <= set(unique_names(rows[0])):
            break
    if not best:
        raise ValueError("The file holds no rows. Give a CSV file with a header line and at least one row.")
    header, rows = _header(best, preparation)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise ValueError(f"Row {number} has {len(row)} values where {len(header)} are expected. Mend the row.")
    return [dict(zip(header, row, strict=True)) for row in rows]


def _cells(text: str, separator: str, quote: str, escape: str) -> list[list[str]]:
    """The trimmed cells of each line; blanks as separator are columns lined up with any number of them."""
    lines: Any = io.StringIO(text, newline="")
    if separator == " ":
        lines = (" ".join(line.split()) for line in lines)
    elif len(separator) > 1:  # csv knows separators of one sign
        lines = (line.replace(separator, "\x1f") for line in lines)
    cells = csv.reader(
        lines,
        delimiter=separator if len(separator) == 1 else "\x1f",
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar=escape or None,
        skipinitialspace=True,
    )
    return [[cell.strip() for cell in row] for row in cells]


def unique_names(names: Sequence[str]) -> list[str]:
    """Column names as the data set knows them: trimmed, an empty one by its place, a second one numbered."""
    unique: dict[str, None] = {}
    for place, given in enumerate(names, start=1):
        stem = name = " ".join(given.split()) or f"column_{place}"
        count = 1
        while name in unique:
            count += 1
            name = f"{stem}_{count}"
        unique[name] = None
    return list(unique)


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows turned into columns; a value that a row does not give counts as missing."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def encode(preparation: Mapping[str, Any], name: str, values: Any) -> np.ndarray:
    """One feature column run through its steps, as (n, width); a last column may mark where it was missing."""
    column = preparation["columns"][name]
    array = raw(preparation, column, name, values)
    gaps = absent(array)[:, None] if column.get("indicator") else None
    for step in column["steps"]:
        array = STEPS[step["type"]](step, array, name)
    array = array if array.ndim == 2 else array[:, None]
    return array if gaps is None else np.concatenate([array, gaps], axis=1)


def canonical(value: Any, numeric: bool) -> str:
    """The text that names a category: 1, 1.0 and "1" are the same category of a column of numbers."""
    text = str(value).strip()
    if not isinstance(value, str) or numeric:
        if re.fullmatch(r"[+-]?\d+", text, re.ASCII):
            return str(int(text)) if len(text) < 1000 else text
        if NUMBER.fullmatch(text) and math.isfinite(float(text)):
            number = float(text)
            return str(int(number)) if number.is_integer() and abs(number) < 2**63 else repr(number)
    return text


def picture(source: Any, height: int, width: int, channels: int) -> np.ndarray:
    """A picture of any size as (height, width, channels) of uint8: turned upright, on white, resized."""
    from PIL import Image, ImageOps

    if not isinstance(source, Image.Image):
        opened = io.BytesIO(source) if isinstance(source, bytes) else source
        source = Image.open(opened, formats=("PNG", "JPEG"))
    if source.width * source.height > LARGEST_PICTURE:
        raise Image.DecompressionBombError
    mode = "L" if channels == 1 else "RGB"
    if source.format == "JPEG":
        source.draft(mode, (max(height, width),) * 2)  # decodes at a fraction of the size, much faster
    image = ImageOps.exif_transpose(source)
    if image.mode.startswith("I"):  # 16 bits of grey
        image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert(mode)
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image, np.uint8).reshape(height, width, channels)


def flaw(error: Exception) -> str:
    """Why a picture cannot be read, in words for people, from what `picture` raised."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return "it has too many pixels"
    if isinstance(error, UnidentifiedImageError):
        return "it is not a PNG or JPEG picture"
    return "it is damaged or cut short"


def raw(preparation: Mapping[str, Any], column: Mapping[str, Any], name: str, values: Any) -> np.ndarray:
    """Numbers, and dates in seconds, as float64 with NaN for missing, else an object array of texts and None."""
    reading = preparation["reading"]
    if column["kind"] in ("number", "date"):
        if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
            return values.astype(np.float64)
        if column.get("loose"):
            return loose_numbers(values, reading)
        if column["kind"] == "date":
            return _moments(column, name, values, reading)
        numbers, astray = read_numbers(values, reading)
        if astray:
            row = list(values).index(astray[0]) + 1
            hint = f"Give a number such as 12{reading['decimal']}5, or leave the value empty."
            raise ValueError(f"Row {row}, column {name!r}: {astray[0]!r} is not a number. {hint}")
        return numbers
    tidy = column.get("tidy")
    numeric = column.get("numeric", False)
    raw = np.empty(len(values), object)
    for row, value in enumerate(values):
        text = None if _missing(value, reading) else canonical(value, numeric)
        raw[row] = tidied(text, tidy) if tidy and text is not None else text
    return raw


def _moments(column: Mapping[str, Any], name: str, values: Any, reading: Mapping[str, Any]) -> np.ndarray:
    texts = [None if _missing(value, reading) else canonical(value, column["pattern"] != "iso") for value in values]
    seconds, astray = read_moments(texts, column["pattern"])
    if astray:
        row = texts.index(astray[0]) + 1
        hint = f"Give a date written like {column['example']}, or leave the value empty."
        raise ValueError(f"Row {row}, column {name!r}: {astray[0]!r} is not a date. {hint}")
    return seconds


def tidied(text: str, tidy: Mapping[str, str]) -> str:
    """A category or text in lower case and without the signs that do not count, as far as `tidy` says so."""
    if tidy.get("strip"):
        text = text.strip(tidy["strip"] + " ") or text
    return text.lower() if tidy.get("case") == "lower" else text


def _missing(value: Any, reading: Mapping[str, Any]) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in reading["missing"]
    return value is None or value != value


def read_numbers(values: Any, reading: Mapping[str, Any]) -> tuple[np.ndarray, list[Any]]:
    """Texts and numbers as float64 with NaN for missing, and the values that are no numbers."""
    astray: list[Any] = []
    numbers = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        if _missing(value, reading):
            continue
        text = str(value).strip()
        if isinstance(value, str):
            text = pointed(ungrouped(text, reading.get("thousands", ""), reading["decimal"]), reading["decimal"])
        number = float(text) if NUMBER.fullmatch(text) else math.inf
        if abs(number) <= LARGEST:
            numbers[row] = number
        else:
            astray.append(value)
    return numbers, astray


def loose_numbers(values: Any, reading: Mapping[str, Any]) -> np.ndarray:
    """The one number in each text, whatever unit or currency stands beside it; NaN where there is none or several."""
    numbers = np.full(len(values), np.nan)
    decimal = reading["decimal"]
    for row, value in enumerate(values):
        if _missing(value, reading):
            continue
        text = str(value)
        if isinstance(value, str):
            text = THOUSANDS.sub(lambda sign: sign[0] if sign[0] == decimal else "", text)
            text = pointed(text, decimal)
        found = [match[0] for match in NUMBER.finditer(text)]
        if len(found) == 1 and abs(float(found[0])) <= LARGEST:
            numbers[row] = float(found[0])
    return numbers


def grouped(thousands: str, decimal: str) -> str:
    """A pattern for numbers whose digits stand in groups of three."""
    return rf"[+-]?\d{{1,3}}({re.escape(thousands)}\d{{3}})+({re.escape(decimal)}\d*)?([eE][+-]?\d+)?"


def ungrouped(text: str, thousands: str, decimal: str) -> str:
    """A number's text without the signs that group its digits."""
    if not thousands or re.fullmatch(grouped(thousands, decimal), text) is None:
        return text
    return text.replace(thousands, "")


def pointed(text: str, decimal: str) -> str:
    """A number's text with a point as decimal sign; where that is a comma, a text with a point is no number."""
    return text if decimal == "." else text.replace(".", "x").replace(decimal, ".")


def _decoded(content: bytes, encoding: str) -> str:
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for attempt in ("utf-16" if marked else "utf-8-sig", encoding):
        try:
            return content.decode(attempt)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"The file is not text in UTF-8 or {encoding}. Save it as CSV in UTF-8.")


def _header(rows: list[list[str]], preparation: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """The column names and the rows below; a file without header has the columns of the training file."""
    names, header = preparation["reading"]["names"], unique_names(rows[0])
    if preparation["reading"]["header"] or set(preparation["columns"]) <= set(header):
        return header, rows[1:]
    features = [name for name in names if name not in preparation["targets"]]
    for known in (names, features):
        if len(rows[0]) == len(known):
            return known, rows
    raise ValueError(f"The rows have {len(rows[0])} values. Give {len(names)} columns: {', '.join(names)}.")
