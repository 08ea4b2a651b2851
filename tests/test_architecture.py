"""The arrows of the house: which room may know which, read from the imports of every source file."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "frontend" / "src"

RANKS = (
    ("problems", "call", "machine", "graphics", "sizes"),
    ("layers", "modules"),
    ("graph",),
    ("importing", "data"),
    ("training",),
    ("evaluation", "export"),
)
"""The rooms of the engine, from the ground up; whatever is not named here stands on top."""

FEATURES = ("canvas", "palette", "properties", "data", "train", "evaluate", "use", "projects")
FLOORS = (("ui", "api"), ("stores",), FEATURES)

ORDINARY = {"Input", "Output", "Block", "Add", "Activation", "Flatten", "Reshape"}
"""Layers whose names are also ordinary words of an interface."""


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(module, names taken from it) of every import statement, wherever it stands; relative ones made absolute."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*above, *filter(None, [node.module])]), tuple(alias.name for alias in node.names)


def modules(path: Path) -> Iterator[str]:
    """Every module a file may be importing: `from engine import call` could mean engine.call."""
    for module, names in imports(path):
        yield module
        yield from (f"{module}.{name}" for name in names)


def rank(room: str) -> int:
    return next((place for place, rooms in enumerate(RANKS) if room in rooms), len(RANKS))


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "engine").parts[0].removesuffix(".py")


def relative(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_the_engine_knows_no_web() -> None:
    forbidden = {"django", "rest_framework", "channels", "webapp", "manage", "drf_spectacular", "uvicorn"}
    astray = [
        (str(path.relative_to(ROOT)), module)
        for path in python_files("engine")
        for module in modules(path)
        if module.split(".")[0] in forbidden
    ]
    assert astray == []


@pytest.mark.parametrize("path", [path for path in relative(python_files("engine")) if path != "engine/__init__.py"])
def test_a_room_of_the_engine_imports_only_what_stands_below_it(path: str) -> None:
    own = room_of(ROOT / path)
    known = {file.stem for file in (ROOT / "engine").iterdir()}
    for module in modules(ROOT / path):
        parts = module.split(".")
        if parts[0] != "engine" or len(parts) == 1 or parts[1] not in known or parts[1] == own:
            continue
        above = rank(own) == len(RANKS)
        assert above or rank(parts[1]) < rank(own), f"{path} imports {module}"


def test_layers_know_neither_jax_nor_flax() -> None:
    for path in python_files("engine/layers"):
        assert not {module.split(".")[0] for module in modules(path)} & {"jax", "flax", "optax", "numpy"}, path


def test_the_web_enters_the_engine_by_the_front_door() -> None:
    for path in [ROOT / "manage.py", *python_files("webapp")]:
        tree = ast.parse(path.read_text("utf-8"))
        for module, names in imports(path):
            assert not module.startswith("engine."), f"{path} imports {module}"
            assert module != "engine" or set(names) <= set(engine.__all__), f"{path} imports {names}"
        used = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "engine"
        }
        assert used <= set(engine.__all__), path


def test_the_web_knows_no_computation() -> None:
    forbidden = {"jax", "flax", "optax", "numpy", "polars", "sklearn", "PIL", "safetensors"}
    for path in python_files("webapp"):
        assert not {module.split(".")[0] for module in modules(path)} & forbidden, path


def test_every_name_of_the_front_door_opens() -> None:
    assert sorted(engine.__all__) == engine.__all__
    rooms = {path.stem for path in (ROOT / "engine").iterdir()}
    assert not rooms & set(engine.__all__)  # Python would put the module in the name's place once it is loaded
    for name in engine.__all__:
        assert getattr(engine, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Trainer'"):
        _ = engine.Trainer


def loaded_after(code: str) -> set[str]:
    """The top-level modules a fresh process has loaded after running `code`."""
    script = f"{code}\nimport sys; print('\\n'.join({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import engine",
        "import webapp.asgi",
        "import engine; engine.palette(); engine.library(); engine.samples(); engine.templates()",
        "import engine; engine.settings_schema()",
        "import engine; engine.rate_curve(engine.Settings())",
        "import engine; engine.Graph(nodes=[]); engine.Settings(); engine.Recipe(kind='table', columns={})",
        "import engine; engine.Worker()",
    ],
)
def test_the_web_process_loads_no_computation(code: str) -> None:
    assert not loaded_after(code) & {"jax", "jaxlib", "flax", "optax", "numpy", "polars", "sklearn", "PIL"}


@pytest.mark.parametrize(("code", "later"), [("import webapp.asgi", "pydantic"), ("import webapp.serving", "uvicorn")])
def test_a_server_starts_without_what_its_first_answer_does_not_need(code: str, later: str) -> None:
    assert later not in loaded_after(code)


def scripts() -> list[Path]:
    """The front end as people wrote it: no tests, nothing generated."""
    found = [*SOURCES.rglob("*.ts"), *SOURCES.rglob("*.tsx")]
    return sorted(path for path in found if ".test." not in path.name and not path.name.endswith(".d.ts"))


def script_imports(path: Path) -> Iterator[Path]:
    """The files under src that a script imports, static or lazy."""
    quoted = re.findall(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']*)["']""", path.read_text("utf-8"))
    yield from ((path.parent / name).resolve() for name in quoted)


def floor_of(path: Path) -> tuple[int, str]:
    """How high a script stands, and its folder; the shell and App stand on top."""
    folder = path.relative_to(SOURCES).parts[0]
    return next((place for place, folders in enumerate(FLOORS) if folder in folders), len(FLOORS)), folder


def test_the_front_end_has_its_floors() -> None:
    assert len(scripts()) > 20
    for path in scripts():
        height, folder = floor_of(path)
        for target in script_imports(path):
            if not target.is_relative_to(SOURCES):
                continue
            below, other = floor_of(target)
            if other != folder and height < len(FLOORS):
                assert below < height, f"{path.relative_to(SOURCES)} imports {target.relative_to(SOURCES)}"


@pytest.mark.parametrize("layer", [entry["type"] for entry in engine.palette()])
def test_no_layer_is_named_outside_the_engine(layer: str) -> None:
    pattern = rf"\btype\s*={{2,3}}\s*[\"']{layer}[\"']" if layer in ORDINARY else rf"\b{layer}\b"
    sources = [*scripts(), *python_files("webapp")]
    assert [str(path.relative_to(ROOT)) for path in sources if re.search(pattern, path.read_text("utf-8"))] == []
