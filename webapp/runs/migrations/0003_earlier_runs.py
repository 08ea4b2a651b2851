"""What was trained before runs had these columns: its ends are no news, and its events tell the rest."""

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    Run, Event = apps.get_model("runs", "Run"), apps.get_model("runs", "Event")
    Run.objects.filter(state__in=["finished", "failed"]).update(seen=F("finished"))
    started = Event.objects.filter(type="started").values_list("run", "body")
    for pk, body in started.iterator():
        run = Run.objects.only("metrics").get(pk=pk)
        measures = body.get("measures") or {}
        key = next((name for name in body.get("metrics") or [] if name in measures and name != "loss"), "loss")
        lead = {"key": key, **{part: measures.get(key, {}).get(part) for part in ("title", "format", "better")}}
        parameters = body.get("parameters")
        Run.objects.filter(pk=pk).update(
            parameters=parameters if isinstance(parameters, int) else None,
            lead=lead if key in measures else None,
            best=(run.metrics.get("validation") or {}).get(key),
        )


class Migration(migrations.Migration):
    dependencies = [("runs", "0002_keeping")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
