"""What the engine's processes tell each other: JSON documents, one to a line."""

from __future__ import annotations

import json
from typing import Any, TextIO


def write_line(out: TextIO, document: dict[str, Any]) -> None:
    """Writes a document at once, whole. Raises ValueError where a number in it is not finite."""
    out.write(json.dumps(document, allow_nan=False) + "\n")
    out.flush()
