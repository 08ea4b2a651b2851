"""Preflight: what a run will take, told before it is queued, and refused where it can never fit."""

import shutil
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings

from engine import Problem, Refusal, size_in_words
from webapp import workers
from webapp.exceptions import Refused
from webapp.folders import cache_folder, home

NEAR = 0.25  # the share of the memory from which on a rough figure is not enough
UNTOLD = ("took_too_long", "worker_is_busy", "worker_stopped", "internal_error")  # refusals that are not about the run
SPARE = 200 * 10**6  # bytes of disk that are left for events and for others


def preflight(documents: Mapping[str, Any], owner: int, measure: bool = True) -> dict[str, Any]:
    """What a run of these documents takes. Raises Refusal for one that cannot be trained at all."""
    question = question_of(documents)
    workers.prepare(question["dataset"], question["recipe"])
    server = {"cache": str(cache_folder(owner)), "keeping": settings.CHECKPOINTS}
    told = workers.estimating().ask("preflight", **question, **server, measure=measure)
    free, problem = shutil.disk_usage(home()).free, told["problem"]
    if problem is None and told["disk"] + SPARE > free:
        problem = disk_too_small(told["disk"], free).document()
    return {**told, "disk_free": free, "problem": problem}


def refuse_unfit(documents: Mapping[str, Any], owner: int) -> None:
    """Refuses a run whose settings do not fit what it trains, or that can never fit in memory.

    Exact figures take seconds and are asked for only near the limit. What cannot be told, in time or at all, is left
    to the trainer, which looks again before its first step.
    """
    try:
        rough = workers.drawing().ask("rough", **question_of(documents))
        if rough["memory"] <= NEAR * rough["room"]:
            return
        problem = preflight(documents, owner, measure=False)["problem"]
    except Refusal as refusal:
        if refusal.problem.code in UNTOLD:
            return
        raise
    if problem is not None:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY, problem["code"], problem["message"], problem["hint"], problem["where"]
        )


def question_of(documents: Mapping[str, Any]) -> dict[str, Any]:
    dataset = documents["dataset"]
    return {
        "graph": documents["graph"],
        "dataset": str(dataset.folder),
        "recipe": documents["recipe"],
        "settings": documents["settings"],
    }


def disk_too_small(needed: int, free: int) -> Problem:
    return Problem(
        "disk_full",
        {},
        f"The checkpoints of this run need {size_in_words(needed)} of disk, and {size_in_words(free)} are free.",
        "Delete runs or data sets that are no longer needed, or make the network smaller.",
    )
