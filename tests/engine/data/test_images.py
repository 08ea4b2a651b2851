"""Reading zips of pictures, honest and otherwise."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.data import archive, prepare
from engine.data.picture import picture
from engine.data.pixels import image, part_column
from engine.data.profile import rows
from engine.data.recipe import Recipe
from engine.problems import Refusal
from tests.engine.data.uploads import picture_bytes, profiled, zipped

GREY = np.arange(64, dtype=np.uint8).reshape(8, 8)
COLOUR = np.stack([GREY, GREY[::-1], GREY.T], axis=-1)


def _classes(pixels: Any = GREY, count: int = 3, prefix: str = "", kind: str = "png") -> dict[str, bytes]:
    encoded = picture_bytes(pixels, "JPEG" if kind == "jpg" else "PNG")
    return {f"{prefix}{label}/{i}.{kind}": encoded for label in ("cat", "dog") for i in range(count)}


def _pixels(folder: Path) -> np.ndarray:
    return np.load(folder / "images.npy", mmap_mode="r")


def _rejected(folder: Path) -> dict[str, str]:
    with (folder / "rejected.csv").open(newline="") as file:
        return {row["file"]: row["reason"] for row in csv.DictReader(file)}


def test_pictures_in_class_folders_become_one_array(dataset) -> None:
    folder = dataset(zipped(_classes()))
    found = profiled(folder)
    assert (found["kind"], found["rows"], found["image"]) == (
        "images",
        6,
        {"height": 8, "width": 8, "channels": 1},
    )
    assert np.array_equal(_pixels(folder), np.tile(GREY[None, ..., None], (6, 1, 1, 1)))
    assert np.load(folder / "labels.npy").tolist() == [0, 0, 0, 1, 1, 1]
    assert found["warnings"] == []
    assert found["recipe"]["inputs"] == {"image": ["image"]}


@pytest.mark.parametrize("prefix", ["photos/", "a/b/", ""])
def test_folders_around_the_classes_do_not_matter(dataset, prefix: str) -> None:
    extra = {"__MACOSX/photos/._0.png": b"x", f"{prefix}.DS_Store": b"x", f"{prefix}cat/Thumbs.db": b"x"}
    folder = dataset(zipped({**_classes(prefix=prefix), **extra}))
    assert json.loads((folder / "index.json").read_text())["classes"] == ["cat", "dog"]
    assert profiled(folder)["rejected"] == 0


def test_train_and_test_folders_are_no_classes(dataset) -> None:
    folder = dataset(zipped({**_classes(prefix="d/train/"), **_classes(prefix="d/test/")}))
    columns = profiled(folder)["columns"]
    assert [(column["name"], column["distinct"]) for column in columns] == [("image", 12), ("label", 2), ("part", 2)]
    assert columns[2]["top"] == [["train", 6], ["test", 6]]
    assert rows(folder, 5, 2)["rows"] == [
        [5, "d/train/dog/2.png", "dog", "train"],
        [6, "d/test/cat/0.png", "cat", "test"],
    ]
    assert part_column(folder).names == ["test", "train"]
    assert part_column(folder).codes.tolist() == [1] * 6 + [0] * 6


@pytest.mark.parametrize(
    "text",
    [
        "file,label\n{0},cat\n{1},dog\n{2},cat\n{3},dog\n",
        "id\tx\tbreed\n{0}\t1.5\tcat\n{1}\t2.5\tdog\n{2}\t1.5\tcat\n{3}\t2\tdog\n",
        "{0} cat\n{1} dog\n{2} cat\n{3} dog\n".replace(" ", ","),
    ],
)
@pytest.mark.parametrize("called", ["{}.png", "{}", "pictures/{}.png"])
def test_a_list_tells_the_classes(dataset, text: str, called: str) -> None:
    listed = text.format(*(called.format(f"p{place}") for place in range(4)))
    files = {f"pictures/p{place}.png": picture_bytes(GREY) for place in range(5)}
    folder = dataset(zipped({**files, "list.csv": listed.encode()}))
    assert json.loads((folder / "index.json").read_text())["classes"] == ["cat", "dog"]
    assert np.load(folder / "labels.npy").tolist() == [0, 1, 0, 1]
    assert profiled(folder)["reading"]["classes_by"] == "list.csv"
    assert _rejected(folder) == {"pictures/p4.png": "list.csv does not name its class"}


def test_a_list_can_tell_the_parts(dataset) -> None:
    files = {f"{place}.png": picture_bytes(GREY) for place in range(4)}
    listed = "name,class,split\n0.png,a,train\n1.png,b,train\n2.png,a,test\n3.png,b,val\n"
    folder = dataset(zipped({**files, "list.csv": listed.encode()}))
    assert json.loads((folder / "index.json").read_text())["parts"] == ["train", "train", "test", "validation"]


def test_train_and_test_folders_alone_tell_no_classes(dataset) -> None:
    files = {f"{part}/{place}.png": picture_bytes(GREY) for part in ("train", "test") for place in range(3)}
    index = json.loads((dataset(zipped(files)) / "index.json").read_text())
    assert (index["classes"], index["parts"]) == (["unlabelled"], ["train"] * 3 + ["test"] * 3)


def test_classes_are_sorted_as_people_count(dataset) -> None:
    encoded = picture_bytes(GREY)
    folder = dataset(zipped({f"{label}/0.png": encoded for label in ("10", "9", "2", "x10", "x9")}))
    assert json.loads((folder / "index.json").read_text())["classes"] == ["2", "9", "10", "x9", "x10"]


def test_colour_is_kept_and_grey_written_as_colour_is_found_out(dataset) -> None:
    assert _pixels(dataset(zipped(_classes(COLOUR)))).shape == (6, 8, 8, 3)
    grey = dataset(zipped(_classes(np.stack([GREY] * 3, axis=-1))))
    assert profiled(grey)["image"]["channels"] == 1
    assert np.array_equal(_pixels(grey)[0, ..., 0], GREY)


def test_pictures_of_many_sizes_become_one_size(dataset) -> None:
    sizes = [(200, 100), (400, 200), (600, 300), (40, 20)]
    files = {
        f"{label}/{place}.jpg": picture_bytes(np.full((*size, 3), (0, 1, 2)) + 40 * place, "JPEG")
        for label in ("cat", "dog")
        for place, size in enumerate(sizes)
    }
    folder = dataset(zipped(files))
    assert _pixels(folder).shape == (8, 128, 64, 3)


def test_bad_pictures_among_good_ones_are_listed_and_the_rest_used(dataset) -> None:
    good = picture_bytes(COLOUR)
    bad = {
        "cat/cut.png": good[: len(good) // 2],
        "cat/empty.png": b"",
        "cat/text.png": b"no picture at all",
        "cat/cut.jpg": picture_bytes(np.full((64, 64, 3), (1, 2, 3)), "JPEG")[:300],
        "dog/notes.txt": b"x",
        "stray.png": good,
    }
    folder = dataset(zipped({**_classes(COLOUR), **bad}))
    found = profiled(folder)
    assert found["rows"] == 6
    assert set(_rejected(folder)) == set(bad)
    assert found["rows"] + found["rejected"] == 6 + len(bad)
    (warning,) = found["warnings"]
    assert warning["code"] == "images_rejected"
    assert {one["name"] for one in warning["where"]["files"]} == set(bad)


@pytest.mark.parametrize("name", ["../evil.png", "cat/../../evil.png", "/etc/evil.png", "C:\\evil.png", "..\\evil.png"])
def test_names_that_lead_out_of_the_zip_are_listed(dataset, tmp_path: Path, name: str) -> None:
    folder = dataset(zipped({**_classes(), name: picture_bytes(GREY)}))
    assert _rejected(folder) == {name: "its name leads out of the zip"}
    assert not list(tmp_path.rglob("evil*"))
    assert {path.name for path in folder.iterdir()} >= {"images.npy", "labels.npy", "index.json"}
    assert not list(folder.rglob("*.png"))


def test_a_bomb_is_refused_before_it_is_unpacked(dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_TOTAL", 2**20)
    with pytest.raises(Refusal) as refused:
        dataset(zipped({**_classes(), "cat/zeros.png": bytes(2**21)}))
    assert refused.value.problem.code == "zip_too_large"


def test_an_entry_packed_too_tightly_is_listed(dataset) -> None:
    folder = dataset(zipped({**_classes(), "cat/zeros.png": bytes(2**22)}))
    assert _rejected(folder) == {"cat/zeros.png": "it is packed far more tightly than a picture can be"}


def test_a_zip_that_lies_about_its_size_gives_no_more_than_it_says(dataset) -> None:
    content = zipped({**_classes(), "cat/z.png": picture_bytes(np.zeros((500, 500)))})
    declared = len(picture_bytes(np.zeros((500, 500))))
    lying = content.replace(struct.pack("<I", declared), struct.pack("<I", 40))
    folder = dataset(lying)
    assert list(_rejected(folder)) == ["cat/z.png"]


def test_too_many_bytes_coming_out_are_refused(dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = archive.Archive.__init__

    def begin(self: archive.Archive, path: Path) -> None:
        counted(self, path)
        self.total = archive.LARGEST_TOTAL

    monkeypatch.setattr(archive.Archive, "__init__", begin)
    with pytest.raises(Refusal) as refused:
        dataset(zipped(_classes()))
    assert refused.value.problem.code == "zip_too_large"


def test_a_picture_of_far_too_many_pixels_is_listed_by_its_header(dataset) -> None:
    huge = bytearray(picture_bytes(GREY))
    huge[16:24] = struct.pack(">II", 30_000, 30_000)
    folder = dataset(zipped({**_classes(), "cat/huge.png": bytes(huge)}))
    assert list(_rejected(folder)) == ["cat/huge.png"]


def test_encrypted_entries_are_listed(dataset) -> None:
    content = bytearray(zipped({**_classes(), "cat/z.png": picture_bytes(GREY)}))
    place = content.rindex(b"PK\x01\x02")
    content[place + 8] |= 1
    assert _rejected(dataset(bytes(content))) == {"cat/z.png": "it is encrypted"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_entries_packed_by_a_method_that_unpacks_without_bounds_are_listed(dataset, method: int) -> None:
    upload = io.BytesIO(zipped(_classes()))
    with zipfile.ZipFile(upload, "a") as packed:
        packed.writestr("cat/z.png", picture_bytes(GREY), method)
    assert _rejected(dataset(upload.getvalue())) == {"cat/z.png": "it is packed by a method that is not supported"}


@pytest.mark.parametrize(
    ("files", "label"),
    [
        ({f"faces/{i}.png": picture_bytes(GREY) for i in range(4)}, "faces"),
        ({f"{i}.png": picture_bytes(GREY) for i in range(4)}, "unlabelled"),
        ({**{f"a/{i}.png": picture_bytes(GREY) for i in range(4)}, "b/0.png": b"x"}, "a"),
    ],
    ids=["one folder", "no folder", "other class damaged"],
)
def test_pictures_of_one_class_are_data_without_a_target(dataset, files: dict[str, bytes], label: str) -> None:
    folder = dataset(zipped(files))
    found = profiled(folder)
    assert (found["rows"], found["columns"][1]["top"]) == (4, [[label, 4]])
    recipe = Recipe.model_validate(found["recipe"])
    assert (recipe.targets(), recipe.features()) == ([], ["image"])
    assert "one_class" in [warning["code"] for warning in found["warnings"]]
    with pytest.raises(Refusal) as refused:
        prepare.fit(folder, recipe)
    assert refused.value.problem.code == "no_target"
    assert "no classes to tell apart" in refused.value.problem.message


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (zipped({"a/readme.txt": b"x"}), "no_images"),
        (zipped({"a/x.png": b"x", "b/x.png": b"y"}), "no_images"),
        (zipped({}), "no_images"),
        (zipped({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"}), "workbook_damaged"),
        (zipped(_classes())[:200], "zip_damaged"),
        (b"PK\x03\x04" + bytes(100), "zip_damaged"),
    ],
)
def test_what_holds_no_pictures_is_refused(dataset, upload: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        dataset(upload)
    assert refused.value.problem.code == code
    assert refused.value.problem.hint.endswith(".")


def test_a_photo_is_turned_upright(dataset) -> None:
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:, :16] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # seen upright after a quarter turn to the right
    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "JPEG", exif=exif, quality=95)
    folder = dataset(zipped({"a/0.jpg": packed.getvalue(), "b/0.jpg": packed.getvalue()}))
    stored = _pixels(folder)[0]
    assert stored.shape == (32, 16, 1)
    assert stored[:12].min() > 200
    assert stored[20:].max() < 50


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_mode_becomes_grey_or_colour(mode: str) -> None:
    deep = Image.fromarray(np.full((8, 8), 128 * 256, np.uint16))
    shade = deep if mode == "I;16" else Image.fromarray(np.full((8, 8), 128, np.uint8)).convert(mode)
    for channels in (1, 3):
        pixels = picture(shade, 8, 8, channels)
        assert pixels.shape == (8, 8, channels)
        assert (pixels.min() >= 100 and pixels.max() <= 150) or mode == "1"


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.fromarray(np.zeros((8, 8, 4), np.uint8))
    assert picture(clear, 4, 4, 3).min() == 255


def test_a_picture_read_alone_equals_the_stored_one(dataset) -> None:
    generator = np.random.default_rng(0)
    files = {
        f"{label}/{i}.jpg": picture_bytes(generator.integers(0, 255, (90 + i, 120, 3)), "JPEG")
        for label in ("a", "b")
        for i in range(5)
    }
    folder = dataset(zipped(files))
    index, pixels = json.loads((folder / "index.json").read_text()), _pixels(folder)
    for name, stored in zip(index["files"], pixels, strict=True):
        assert np.array_equal(picture(files[name], *stored.shape), stored)


def test_the_preview_shows_pictures_and_their_labels(dataset) -> None:
    folder = dataset(zipped(_classes(COLOUR)))
    page = rows(folder, 2, 2)
    assert page == {
        "columns": ["index", "filename", "label"],
        "rows": [[2, "cat/2.png", "cat"], [3, "dog/0.png", "dog"]],
        "total": 6,
    }
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(image(folder, 2)))), COLOUR)
    with pytest.raises(Refusal):
        image(folder, 6)
    with pytest.raises(Refusal):
        image(folder, -1)
