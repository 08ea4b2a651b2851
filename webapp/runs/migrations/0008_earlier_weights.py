"""Events from before there was this column: each stands for the steps since the one before it in its run."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest


def fill(apps, schema_editor):
    Event, Run = apps.get_model("runs", "Event"), apps.get_model("runs", "Run")
    told = Event.objects.filter(step__isnull=False)
    before = told.filter(run=OuterRef("run"), step__lt=OuterRef("step")).order_by("-step").values("step")[:1]
    told.update(weight=Greatest(F("step") - Coalesce(Subquery(before), 0), 1))
    for run, origin in Run.objects.filter(origin__isnull=False).values_list("pk", "origin"):
        first = told.filter(run=run).order_by("step").first()
        if first is not None:
            first.weight = max(1, first.step - origin["step"])
            first.save(update_fields=["weight"])


class Migration(migrations.Migration):
    dependencies = [("runs", "0007_event_weight")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
