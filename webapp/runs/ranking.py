"""One measure by which several runs can be ranked: values of different measures are never put in one order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, FloatField, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from webapp.runs.models import Event, Run, RunQuerySet
from webapp.runs.told import LOSS, lead_of, of_loss

ASKED = 50  # runs that are asked what their measures are called

LOSS_PLACES = ("loss", "outputs")  # settings that make the loss of validation another function

LOSS_LEAD: Mapping[str, Any] = {"key": LOSS, "title": "Loss", "format": "number", "better": "lower"}


@dataclass(frozen=True)
class Figures:
    """What a run is known by, and all it reached at its best epoch on the validation rows, by measure."""

    lead: Mapping[str, Any] | None
    values: Mapping[str, float]
    function: str = ""
    """What makes its loss the function that it is."""

    @classmethod
    def of(cls, run: Run) -> Figures:
        loss, outputs = (run.settings.get(name) for name in LOSS_PLACES)
        return cls.read(run.state, run.lead, run.best, run.metrics.get("validation"), loss, outputs)

    @classmethod
    def read(
        cls, state: str, lead: dict[str, Any] | None, best: float | None, validation: Any, loss: Any, outputs: Any
    ) -> Figures:
        """Until a run has finished, only the lead is known at the best epoch: the rest is of the last one."""
        found = validation if state == Run.State.FINISHED and isinstance(validation, dict) else {}
        values = {name: float(value) for name, value in found.items() if isinstance(value, int | float)}
        values |= {lead["key"]: best} if lead and best is not None else {}
        return cls(lead, values, json.dumps(_function(loss, outputs), sort_keys=True))


def _function(loss: Any, outputs: Any) -> list[Any]:
    """What makes a loss the function that it is; weights of classes are for training alone."""
    own = {name: [one.get("loss"), one.get("weight", 1)] for name, one in (outputs or {}).items()}
    return [loss, {name: set_otherwise for name, set_otherwise in own.items() if set_otherwise != [None, 1]}]


def _renamed(every: Sequence[Figures]) -> set[str]:
    """Measures that are not the same in all runs, as "Recall (yes)" and "Recall (no)"; without a class they are."""
    titles = {(one.lead["key"], str(one.lead.get("title"))) for one in every if one.lead}
    return {key for key, count in Counter(key for key, title in titles if title.endswith(")")).items() if count > 1}


def figures_in(runs: RunQuerySet) -> list[Figures]:
    """Those of all runs of a query, without reading the rest of them."""
    places = ("state", "lead", "best", "metrics__validation", *(f"settings__{name}" for name in LOSS_PLACES))
    return [Figures.read(*row) for row in runs.order_by().values_list(*places)]


def same_loss(every: Sequence[Figures]) -> bool:
    """Whether the loss of all that have one is the same function, so that its values can be ranked."""
    return len({one.function for one in every if LOSS in one.values}) <= 1


def measures_in(runs: RunQuerySet, every: Sequence[Figures]) -> list[Mapping[str, Any]]:
    """All measures by which runs of a query can be ranked, the most common first, as their trainers called them."""
    known = Counter(name for one in every for name in one.values)
    told: dict[str, Mapping[str, Any]] = {LOSS: LOSS_LEAD} | {one.lead["key"]: one.lead for one in every if one.lead}
    if known.keys() - told.keys():
        begun = Event.objects.filter(run__in=runs.order_by(), type="started").order_by("-pk")
        for measures in begun.values_list("body__measures", flat=True)[:ASKED]:
            told = {key: lead_of(key, measure) for key, measure in (measures or {}).items()} | told
    if not same_loss(every):
        told = {key: measure for key, measure in told.items() if not of_loss(key, measure)}
    renamed = _renamed(every)
    told = {key: measure for key, measure in told.items() if key not in renamed}
    return [told[key] for key, _ in known.most_common() if key in told]


def shared_lead(every: Sequence[Figures]) -> Mapping[str, Any] | None:
    """The lead that most runs have a value of, the loss only where no run is known by a metric and it is the same
    function; None without any."""
    renamed = _renamed(every)
    leads = {one.lead["key"]: one.lead for one in every if one.lead and one.lead["key"] not in renamed}
    known = Counter(name for one in every for name in one.values)
    led = Counter(one.lead["key"] for one in every if one.lead)
    if not same_loss(every):
        leads = {key: lead for key, lead in leads.items() if not of_loss(key, lead)}
    order = sorted(leads, key=lambda key: (not of_loss(key, leads[key]), known[key], led[key]), reverse=True)
    return leads[order[0]] if order else None


def common_lead(every: Sequence[Figures]) -> Mapping[str, Any] | None:
    """A lead that every run with figures has a value of, else the loss where it is the same function; or None."""
    known = [one for one in every if one.values]
    held = [one for one in known if one.lead and all(one.lead["key"] in other.values for other in known)]
    found = shared_lead(held)
    if found and (not of_loss(found["key"], found) or (found["key"] != LOSS and same_loss(known))):
        return found
    return LOSS_LEAD if known and same_loss(known) and all(LOSS in one.values for one in known) else None


def rank(key: str) -> Combinable:
    """The value of one measure at the best epoch, for a query to sort by; see `Figures`."""
    measured = Cast(KeyTextTransform(key, KeyTransform("validation", "metrics")), FloatField())
    return Case(
        When(lead__key=key, then=F("best")),
        When(state=Run.State.FINISHED, then=measured),
        default=None,
        output_field=FloatField(),
    )
