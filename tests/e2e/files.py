"""Files a person might bring, made from a fixed seed."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SHAPES = ("circle", "cross", "square")


def write_table(path: Path, rows: int) -> None:
    """Loans with numbers, categories, gaps and a target that depends on them."""
    chance = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["income", "age", "city", "contract", "repaid"])
        for _ in range(rows):
            income, age = chance.gauss(3000, 900), chance.randint(18, 80)
            city, contract = chance.choice(["Lyon", "Köln", "Łódź"]), chance.choice(["fixed", "open"])
            score = (income - 3000) / 900 + (age - 45) / 30 + (contract == "fixed") - 0.5 + chance.gauss(0, 0.7)
            shown = "" if chance.random() < 0.05 else f"{income:.2f}"
            writer.writerow([shown, age, city, contract, "yes" if score > 0 else "no"])


def write_pictures(path: Path, each: int) -> None:
    """A zip with one folder per shape, and a damaged picture among the good ones."""
    rng = np.random.default_rng(3)
    with zipfile.ZipFile(path, "w") as archive:
        for shape in SHAPES:
            for number in range(each):
                archive.writestr(f"shapes/{shape}/{number:03}.png", picture(shape, rng))
        archive.writestr("shapes/circle/damaged.png", b"\x89PNG\r\n\x1a\n and then nothing that makes sense")


def picture(shape: str, rng: np.random.Generator) -> bytes:
    """A grey 20 × 20 PNG of one shape somewhere on noise."""
    noise = rng.integers(0, 60, (20, 20), dtype=np.uint8)
    image = Image.fromarray(noise)
    draw = ImageDraw.Draw(image)
    x, y = (int(n) for n in rng.integers(1, 9, 2))
    box = (x, y, x + 9, y + 9)
    if shape == "circle":
        draw.ellipse(box, outline=230)
    elif shape == "square":
        draw.rectangle(box, outline=230)
    else:
        draw.line(box, fill=230)
        draw.line((x, y + 9, x + 9, y), fill=230)
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
