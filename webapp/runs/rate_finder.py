"""The learning-rate finder over HTTP: a process of its own per search, whose lines go to the browser as they come.

The search stores nothing and ends with the request, also where the browser goes.
"""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from engine import Problem, gpu_share, on_device
from webapp import workers
from webapp.exceptions import Refused
from webapp.folders import cache_folder
from webapp.owned import OwnedView
from webapp.problems import ProblemSerializer
from webapp.processes import engine_environment, give_way
from webapp.runs.preflight import question_of, refuse_unfit
from webapp.runs.serializers import NewRunSerializer
from webapp.runs.views import documents_of

log = logging.getLogger(__name__)
COMMAND: Sequence[str] = (sys.executable, "-m", "engine", "stream")
LONGEST_LINE = 4 * 1024**2
AT_ONCE = 2  # searches of one web process
_free = threading.BoundedSemaphore(AT_ONCE)


class FoundRateSerializer(serializers.Serializer[None]):
    suggestion = serializers.FloatField(allow_null=True, help_text="Null where the loss falls at no rate.")
    steps = serializers.IntegerField()
    regardless = serializers.ListField(
        child=serializers.CharField(), help_text="Places of settings that may change without anything else being found."
    )
    figure = serializers.DictField(help_text="A Plotly figure of the loss by the rate.")


class RateSearchSerializer(serializers.Serializer[None]):
    """One line of the answer; the last one holds `result` or `problem`."""

    progress = serializers.FloatField(required=False, help_text="From 0 to 1.")
    result = FoundRateSerializer(required=False)
    problem = ProblemSerializer(required=False)


class RateFinderView(OwnedView):
    """Finds a learning rate by a short training with a rising rate, whose weights are dropped."""

    @extend_schema(request=NewRunSerializer, responses={(200, "application/x-ndjson"): RateSearchSerializer})
    def post(self, request: Request) -> StreamingHttpResponse:
        """Answers line by line while it searches: JSON, one document to a line. To cancel it, end the request."""
        fields = NewRunSerializer(data=request.data, context={"person": self.person})
        fields.is_valid(raise_exception=True)
        documents = documents_of(fields.validated_data)
        workers.prepare(str(documents["dataset"].folder), documents["recipe"])
        refuse_unfit(documents, self.person.pk)
        if not _free.acquire(blocking=False):
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "searches_under_way",
                "Others are searching for a learning rate just now.",
                "Try again in a minute.",
            )
        arguments = {**question_of(documents), "cache": str(cache_folder(self.person.pk))}
        lines = Lines({"op": "find_rate", "arguments": arguments})
        return StreamingHttpResponse(lines, content_type="application/x-ndjson", headers={"Cache-Control": "no-store"})


class Lines:
    """The lines of one search. Its place is given back when they end, or when nobody wants them any more."""

    def __init__(self, question: dict[str, Any]) -> None:
        self._lines = searched(question)
        self._held = True

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._all()

    async def _all(self) -> AsyncIterator[bytes]:
        try:
            async for line in self._lines:
                yield line
        finally:
            self.close()

    def close(self) -> None:
        """Also called by Django, for an answer that was never read."""
        if self._held:
            self._held = False
            _free.release()


async def searched(question: dict[str, Any]) -> AsyncIterator[bytes]:
    """The lines of a child that answers the question; it ends with them, whatever happens."""
    child = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
        env=engine_environment(**on_device(), **gpu_share(0, settings.SLOTS)),
        start_new_session=True,
    )
    last = b""
    try:
        await asyncio.to_thread(give_way, child.pid)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(question).encode() + b"\n")
        await child.stdin.drain()
        deadline = asyncio.get_running_loop().time() + settings.RATE_SECONDS
        while True:
            async with asyncio.timeout_at(deadline):
                line = await child.stdout.readline()
            if not line:
                break
            last = line
            yield line
        if not any(word in json.loads(last or b"{}") for word in ("result", "problem")):
            yield told(ENDED)
    except TimeoutError:
        yield told(TOO_SLOW)
    except OSError:
        log.exception("A search for a learning rate failed.")
        yield told(ENDED)
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


def told(problem: Problem) -> bytes:
    return json.dumps({"problem": problem.document()}).encode() + b"\n"


ENDED = Problem(
    "worker_stopped",
    {},
    "The search for a learning rate stopped unexpectedly. Most often memory ran out.",
    "Try a smaller batch size or a smaller network.",
)
TOO_SLOW = Problem(
    "took_too_long",
    {},
    "The search for a learning rate took too long and was stopped.",
    "Try a smaller batch size or a smaller network.",
)
