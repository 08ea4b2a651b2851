"""Brings the news of ended runs to webhooks: claimed in the table, sent beside the supervisor's work, tried again."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from webapp.outgoing import NotSent, post_json
from webapp.runs.announcing import news_of
from webapp.runs.models import Delivery

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
AT_ONCE = 4
LEASE = timedelta(seconds=120)  # longer than one attempt takes; after it, another supervisor may try
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800))
"""What passes between two attempts; after the last one the news is given up."""

Outcome = tuple[Delivery, NotSent | None, int]


class Deliveries:
    """Call `tick` often. What is under way is in the table, so it may die at any moment."""

    def __init__(self) -> None:
        self.owners: list[int] = []  # whose news are under way: one at a time each, so that nobody holds up the rest
        self.looked = float("-inf")
        self._done: queue.SimpleQueue[Outcome] = queue.SimpleQueue()

    def tick(self) -> None:
        while not self._done.empty():
            done, trouble, status = self._done.get()
            self.owners.remove(done.run.owner_id)
            record_attempt(done, trouble, status)
        now = time.monotonic()
        if now - self.looked < LOOK_SECONDS:
            return
        self.looked = now
        while len(self.owners) < AT_ONCE and (delivery := claim_delivery(but=self.owners)) is not None:
            self._begin(delivery)

    def _begin(self, delivery: Delivery) -> None:
        """One piece of news that cannot be told must not end the care for all others."""
        try:
            news = news_of(delivery.run)
        except Exception:
            log.exception("Webhook %s has nothing to tell.", delivery)
            record_attempt(delivery, NotSent("Netloom could not write the news; its log says more.", lasting=True), 0)
            return
        self.owners.append(delivery.run.owner_id)
        threading.Thread(target=self._send, args=(delivery, news), daemon=True).start()

    def _send(self, delivery: Delivery, news: dict[str, object]) -> None:
        """In a thread of its own, which knows no database."""
        try:
            status = post_json(delivery.url, news, {"Idempotency-Key": str(delivery), "X-Netloom-Event": "run.ended"})
            self._done.put((delivery, None, status))
        except NotSent as trouble:
            self._done.put((delivery, trouble, 0))
        except Exception:
            log.exception("Webhook %s could not be called.", delivery)
            self._done.put((delivery, NotSent("Netloom could not send it; its log says more.", lasting=True), 0))


def claim_delivery(*, but: Collection[int] = ()) -> Delivery | None:
    """Takes one delivery that is due, for as long as the lease lasts. Two supervisors never take the same one.

    Those of the owners in `but` wait.
    """
    now = timezone.now()
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, due__lte=now)
    waiting = waiting.exclude(run__owner__in=but).order_by("due")
    for pk, due in waiting.values_list("pk", "due")[:AT_ONCE]:
        claimed = Delivery.objects.filter(pk=pk, state=Delivery.State.WAITING, due=due).update(
            due=now + LEASE, attempts=F("attempts") + 1
        )
        found = Delivery.objects.select_related("run__owner", "run__project").filter(pk=pk).first() if claimed else None
        if found is not None:  # else another supervisor took it, or its run was deleted meanwhile
            return found
    return None


def record_attempt(delivery: Delivery, trouble: NotSent | None, status: int) -> None:
    """Writes down what came of an attempt, and when there is to be another."""
    pauses = PAUSES[delivery.attempts - 1 : delivery.attempts]
    if trouble is None:
        fields: dict[str, Any] = {"state": Delivery.State.DELIVERED, "answer": f"Answered {status}."}
    elif trouble.lasting or not pauses:
        log.warning("Webhook %s is given up: %s", delivery, trouble.message)
        fields = {"state": Delivery.State.GIVEN_UP, "answer": trouble.message[:300]}
    else:
        fields = {"due": timezone.now() + pauses[0], "answer": trouble.message[:300]}
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING).update(updated=timezone.now(), **fields)
