"""Events from before there were these columns: what they hold stands in their bodies."""

from django.db import migrations
from django.db.models import BigIntegerField, FloatField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce


def fill(apps, schema_editor):
    Event = apps.get_model("runs", "Event")
    number = {name: Cast(KeyTextTransform(name, "body"), FloatField()) for name in ("loss", "loss_min", "loss_max")}
    Event.objects.filter(type="progress", body__has_keys=["step", "loss"]).exclude(body__loss=None).update(
        step=Cast(KeyTextTransform("step", "body"), BigIntegerField()),
        loss=number["loss"],
        loss_min=Coalesce(number["loss_min"], number["loss"]),
        loss_max=Coalesce(number["loss_max"], number["loss"]),
    )


class Migration(migrations.Migration):
    dependencies = [("runs", "0005_loss_by_step")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
