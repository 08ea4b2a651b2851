"""Answers that come in lines while they are worked out, by a process of their own."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from pydantic import ValidationError

from engine.estimating import find_rate
from engine.problems import Refusal
from engine.service import BROKEN, document_problem

STREAMS: dict[str, Callable[..., Iterator[dict[str, Any]]]] = {"find_rate": find_rate}
"""What can be asked for; the last line of each is `{result}`."""


def stream(questions: BinaryIO, write: Callable[[dict[str, Any]], None]) -> int:
    """Answers the one question on the first line, `{op, arguments}`; the last line is `{result}` or `{problem}`."""
    question = json.loads(questions.readline())
    try:
        for line in STREAMS[question["op"]](**question["arguments"]):
            write(line)
    except Refusal as refusal:
        write({"problem": refusal.problem.document()})
    except ValidationError as error:
        write({"problem": document_problem(error).document()})
    except Exception:
        traceback.print_exc(file=sys.stderr)
        write({"problem": BROKEN.document()})
    return 0
