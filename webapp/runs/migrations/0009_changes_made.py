"""What was changed in a run as its trainer tells of it, beside what was asked for; till now both were one."""

from django.db import migrations, models
from django.db.models import F


def fill(apps, schema_editor):
    apps.get_model("runs", "Run").objects.update(made=F("changes"))


class Migration(migrations.Migration):
    dependencies = [("runs", "0008_earlier_weights")]
    operations = [
        migrations.AddField("run", "made", models.JSONField(default=list)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
