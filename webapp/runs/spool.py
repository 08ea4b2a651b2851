"""A spool: the file to which a trainer appends its events, one JSON line each."""

import json
import logging
from typing import Any

from webapp import sound_json
from webapp.runs.models import Event, Run

log = logging.getLogger(__name__)


def mend(run: Run) -> None:
    """Writes again what a loss of power took from a spool but the table has, before the next trainer reads it."""
    path = run.folder / "events.jsonl"
    path.touch()
    if path.stat().st_size >= run.spool_offset:
        return
    events, whole = parse(path.read_bytes())
    last = max((event["seq"] for event in events), default=0)
    lost = Event.objects.filter(run=run, seq__gt=last).order_by("seq").values_list("body", flat=True)
    with path.open("r+b") as file:
        file.truncate(whole)
        file.seek(whole)
        file.writelines(json.dumps(body).encode() + b"\n" for body in lost.iterator())
        run.spool_offset = file.tell()
    run.save(update_fields=["spool_offset"])


def parse(piece: bytes) -> tuple[list[dict[str, Any]], int]:
    """The whole events in a piece of a spool, and how many bytes they took. A half-written line waits."""
    end = piece.rfind(b"\n") + 1
    events = []
    for line in piece[:end].splitlines():
        try:
            event = sound_json.loads(line)
            if isinstance(event["seq"], int) and isinstance(event["type"], str):
                events.append(event)
        except (ValueError, KeyError, TypeError):
            log.warning("A line of a spool is no event and is passed over: %r", line[:200])
    return events, end
