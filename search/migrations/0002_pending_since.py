"""Since when an asset waits. The database fills it: the release before does not know of it."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("search", "0001_pending")]
    operations = [
        migrations.AddField(
            model_name="pending",
            name="since",
            field=models.DateTimeField(db_default=Now()),
        ),
    ]
