"""manage.py ingest: take in files and folders of this machine."""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from dam import permissions
from dam.metadata import InvalidValue
from dam.models import Agency, Asset, Production, User
from ingest import batches, local_files, reports, workers
from ingest.local_files import Changed, LocalFile
from ingest.models import Batch, Ingest, Source
from ingest.reports import Report
from ingest.uploads import NoRoom
from transcode.models import JobState, TranscodeJob

POLL_SECONDS = 0.3
CHUNK = 500
SHOWN = 20


class Command(BaseCommand):
    help = "Take in files and folders. The exit code is not zero only where a file failed; a rejection is not one."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--production", help="title or id of the production they were shot for")
        parser.add_argument("--agency", help="code of the agency that owns them")
        parser.add_argument(
            "--user", help="user name of who brings them; without it, the first administrator"
        )
        parser.add_argument("--version-of", metavar="CODE", help="take the one file in as a new version")
        parser.add_argument(
            "--exclude", action="append", default=[], metavar="PATTERN", help="names to leave out"
        )
        parser.add_argument("--wait", action="store_true", help="until everything is processed and converted")
        parser.add_argument("--json", action="store_true", help="one JSON object per file")

    def handle(
        self, *, paths: list[Path], exclude: list[str], wait: bool, json: bool, **options: Any
    ) -> None:
        """Take everything in, tell of each file as it ends, and sum up."""
        by = chosen_user(options["user"])
        batch = chosen_batch(by, options["agency"], options["production"])
        replaced = chosen_asset(by, options["version_of"])
        try:
            files = local_files.find(paths, exclude=exclude)
        except OSError as error:
            raise CommandError(str(error)) from error
        if replaced is not None and len(files) != 1:
            raise CommandError(_("Una versión nueva es un solo archivo."))
        telling = _Telling(self, total=len(files), as_json=json)
        with workers.own_worker() as worker:
            running: dict[UUID, str] = {}
            for file in files:
                taken = _take(batch, file, by, replaced)
                if isinstance(taken, Report):
                    telling.tell(taken)
                else:
                    running[taken.pk] = file.shown
                    telling.progress()
                    if wait:
                        worker.ensure()
            if wait:
                telling.follow(running, worker)
            else:
                telling.leave(running)
        telling.sum_up()
        if telling.counts["failed"]:
            raise SystemExit(1)


class _Telling:
    """What is printed: a line for each file as it ends, one moving line at a terminal, the sum at the end."""

    def __init__(self, command: BaseCommand, *, total: int, as_json: bool) -> None:
        self.command, self.total, self.as_json = command, total, as_json
        self.counts = dict.fromkeys((*reports.OUTCOMES, reports.QUEUED), 0)
        self.taken = 0
        self.moving = command.stderr.isatty() and not as_json

    def progress(self) -> None:
        self.taken += 1
        self._move(_("recibidos %(taken)s de %(total)s") % {"taken": self.taken, "total": self.total})

    def tell(self, report: Report) -> None:
        self.counts[report.outcome] += 1
        self._move("")
        self.command.stdout.write(report.to_json() if self.as_json else report.sentence())
        self.command.stdout.flush()

    def follow(self, running: dict[UUID, str], worker: workers.OwnWorker) -> None:
        """Wait for every ingest to be over, then for the conversions of what they made."""
        left, versions = set(running), set[UUID]()
        while left:
            worker.ensure()
            for ingest in _over(left):
                left.discard(ingest.pk)
                if ingest.version_id:
                    versions.add(ingest.version_id)
                self.tell(reports.of(ingest, running[ingest.pk]))
            self._move(_("faltan %(left)s") % {"left": len(left)})
            time.sleep(POLL_SECONDS)
        while converting := _converting(versions):
            worker.ensure()
            self._move(_("convirtiendo: faltan %(left)s") % {"left": converting})
            time.sleep(POLL_SECONDS)
        self._move("")

    def leave(self, running: dict[UUID, str]) -> None:
        for path in running.values():
            self.tell(Report(path, reports.QUEUED))

    def sum_up(self) -> None:
        if not self.as_json:
            words = _(
                "%(accepted)s aceptados, %(duplicate)s ya estaban, %(rejected)s rechazados, %(failed)s fallaron"
            )
            self.command.stdout.write(words % self.counts)
            if self.counts[reports.QUEUED]:
                self.command.stdout.write(_("%(queued)s en espera: siguen en segundo plano") % self.counts)

    def _move(self, words: str) -> None:
        if self.moving:
            self.command.stderr.write(f"\r\x1b[K{words}", ending="")
            self.command.stderr.flush()


def chosen_user(name: str | None) -> User:
    """Return who brings the files. Raises CommandError."""
    people = User.objects.filter(is_active=True)
    someone = (
        people.filter(username=name) if name else people.filter(is_superuser=True).order_by("date_joined")
    )
    found = someone.first()
    if found is None:
        known = ", ".join(people.order_by("username").values_list("username", flat=True)[:SHOWN])
        if not known:
            raise CommandError(
                _("Todavía no hay personas. Cree la primera: manage.py person USUARIO --administrator")
            )
        raise CommandError(_("No hay tal persona. Indique --user con una de: %(known)s.") % {"known": known})
    return found


def chosen_batch(by: User, agency_code: str | None, production: str | None) -> Batch:
    """Open the batch of this run. Raises CommandError."""
    agency = Agency.objects.filter(code=agency_code).first() if agency_code else batches.usual_agency(by)
    if agency is None:
        known = ", ".join(Agency.objects.values_list("code", flat=True)[:SHOWN])
        if not known:
            raise CommandError(
                _("Todavía no hay dependencias. Cree la primera: manage.py agency SIGLAS NOMBRE")
            )
        raise CommandError(
            _("No hay tal dependencia. Indique --agency con una de: %(known)s.") % {"known": known}
        )
    chosen = _production(by, production) if production else None
    try:
        return batches.open_for(agency, by=by, production=chosen)
    except (permissions.Forbidden, InvalidValue) as refusal:
        raise CommandError(str(refusal)) from refusal


def chosen_asset(by: User, code: str | None) -> Asset | None:
    """Return the asset that gets a new version. Raises CommandError."""
    if not code:
        return None
    asset = permissions.visible(by).filter(code=code[:8].upper()).first()
    if asset is None or not permissions.may(by, "edit", asset):
        raise CommandError(_("No hay tal material, o no puede editarlo."))
    return asset


def _production(by: User, word: str) -> Production:
    able = permissions.visible_productions(by)
    try:
        found = able.filter(pk=UUID(word))
    except ValueError:
        found = able.filter(title__iexact=word)
    if found.count() != 1:
        raise CommandError(_("No hay una sola producción llamada “%(word)s”.") % {"word": word})
    return found.get()


def _take(batch: Batch, file: LocalFile, by: User, replaced: Asset | None) -> Ingest | Report:
    try:
        upload = local_files.take(batch, file, by=by, source=Source.COMMAND, version_of=replaced)
    except (OSError, Changed, NoRoom) as error:
        return reports.of_error(file.shown, error)
    return upload.ingest


def _over(ids: set[UUID]) -> Iterator[Ingest]:
    """Yield those that are over, a limited number of rows at a time."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        found = Ingest.objects.filter(pk__in=wanted[start : start + CHUNK]).exclude(
            state__in=["queued", "running"]
        )
        yield from (
            ingest for ingest in found.order_by("pk").select_related("version__asset") if ingest.is_over
        )


def _converting(versions: set[UUID]) -> int:
    active = TranscodeJob.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    return active.filter(version__in=versions).count() if versions else 0
