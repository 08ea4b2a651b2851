from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0002_saved_block"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="found_rate",
            field=models.JSONField(null=True),
        ),
    ]
