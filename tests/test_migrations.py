"""The release before must be able to work on the database of the next: what a migration may do, and what it may not.

While processes are replaced one by one, old ones read and write the new tables. So a column or table goes only one
release after the last code that names it, nothing is renamed, and what is added has a value that the database gives.
"""

from collections.abc import Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models.functions import Now

HOUSES = ("dam", "ingest", "search", "transcode")
#: What was there before the rule: nothing had been released.
BEFORE = {
    "dam": {
        "0001_catalogue",
        "0002_events_are_append_only",
        "0003_shares_that_end",
        "0004_durations_have_rates",
    },
    "ingest": {"0001_initial"},
    "search": {"0001_pending"},
    "transcode": {"0001_jobs"},
}
#: (migration, fault) that was weighed: why old code does not meet it.
WEIGHED: dict[str, str] = {}
DESTROYING = (
    migrations.DeleteModel,
    migrations.RemoveField,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
DESTROYING_SQL = ("DROP TABLE", "DROP COLUMN", "RENAME ", "SET NOT NULL", " TYPE ")


def faults(operation: Operation) -> Iterator[str]:
    """What the release before would stumble over."""
    if isinstance(operation, DESTROYING):
        yield f"{type(operation).__name__} takes away what it names"
    if isinstance(operation, migrations.AddField):
        field = operation.field
        if not (field.null or field.has_db_default() or isinstance(field, models.ManyToManyField)):
            yield f"{operation.model_name}.{operation.name} is NOT NULL without db_default: its rows are refused"
    if isinstance(operation, migrations.RunSQL):
        said = str(operation.sql).upper()
        yield from (f"SQL says {word.strip()}" for word in DESTROYING_SQL if word in said)
    for inner in getattr(operation, "database_operations", ()):
        yield from faults(inner)


def new_operations() -> Iterator[tuple[str, Operation]]:
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if app in HOUSES and name not in BEFORE[app]:
            for operation in migration.operations:
                yield f"{app}.{name}", operation


def test_the_release_before_can_live_with_every_migration():
    found = [
        f"{name}: {fault}"
        for name, operation in new_operations()
        for fault in faults(operation)
        if f"{name}: {fault}" not in WEIGHED
    ]
    assert found == []


def test_every_weighed_fault_still_exists():
    found = {f"{name}: {fault}" for name, operation in new_operations() for fault in faults(operation)}
    assert set(WEIGHED) - found == set()


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("asset", "name"),
        migrations.RenameField("asset", "name", "title"),
        migrations.DeleteModel("Asset"),
        migrations.RenameModel("Asset", "Thing"),
        migrations.AddField("asset", "rank", models.IntegerField(default=0)),
        migrations.RunSQL("ALTER TABLE dam_asset DROP COLUMN name"),
        migrations.RunSQL("ALTER TABLE dam_asset ALTER name SET NOT NULL"),
        migrations.SeparateDatabaseAndState(database_operations=[migrations.DeleteModel("Asset")]),
    ],
)
def test_what_it_would_stumble_over_is_found(operation: Operation):
    assert list(faults(operation)) != []


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("asset", "rank", models.IntegerField(null=True)),
        migrations.AddField("asset", "rank", models.IntegerField(db_default=0)),
        migrations.AddField("asset", "since", models.DateTimeField(db_default=Now())),
        migrations.AddField("asset", "kin", models.ManyToManyField("dam.Asset")),
        migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddIndex("asset", models.Index(fields=["name"], name="by_name")),
        migrations.RunSQL("CREATE INDEX CONCURRENTLY x ON dam_asset (name)"),
    ],
)
def test_what_it_does_not_notice_is_let_pass(operation: Operation):
    assert list(faults(operation)) == []
