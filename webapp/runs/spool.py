"""Reading a spool: the file to which a trainer appends its events, one JSON line each."""

import json
import logging
from typing import Any

log = logging.getLogger(__name__)


def parse(piece: bytes) -> tuple[list[dict[str, Any]], int]:
    """The whole events in a piece of a spool, and how many bytes they took. A half-written line waits."""
    end = piece.rfind(b"\n") + 1
    events = []
    for line in piece[:end].splitlines():
        try:
            event = json.loads(line, parse_constant=lambda _: None)  # NaN is no JSON; null says the same
            if isinstance(event["seq"], int) and isinstance(event["type"], str):
                events.append(event)
        except (ValueError, KeyError, TypeError):
            log.warning("A line of a spool is no event and is passed over: %r", line[:200])
    return events, end
