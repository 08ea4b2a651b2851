"""The preparation as one text of Python: the modules that apply it, which travel in every download."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from types import ModuleType

from engine.data import formula, picture, predictions, reckoning, rows, steps, transform, values, windows

MODULES = (steps, values, reckoning, formula, transform, picture, rows, predictions, windows)
"""What applies a preparation, those that are needed first in front; they import only each other and NumPy."""


def joined(modules: Sequence[ModuleType], imports: Iterable[str] = ()) -> str:
    """The modules as one, without what they import of this project and without their docstrings."""
    lines, bodies = set(imports), []
    for module in modules:
        heads, body = _split_imports(inspect.getsource(module))
        lines.update(heads)
        bodies.append(body)
    plain = sorted(line for line in lines if line.startswith("import "))
    chosen = sorted(line for line in lines if line.startswith("from "))
    return "\n".join(["from __future__ import annotations", "", *plain, *chosen, "", *bodies])


def _split_imports(source: str) -> tuple[list[str], str]:
    """The top-level import lines of a module that others know too, and the rest without its docstring."""
    source = re.sub(r'\A""".*?"""\n', "", source, flags=re.DOTALL)
    lines = source.splitlines()
    heads = [line for line in lines if re.match(r"(import|from) ", line)]
    body = [line for line in lines if line not in heads]
    known = [line for line in heads if not line.startswith(("from __future__ ", "from engine."))]
    return known, "\n".join(body).strip() + "\n\n"
