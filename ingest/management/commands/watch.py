"""manage.py watch: take in what arrives in folders, until told to stop."""

import argparse
import logging
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections
from django.utils.translation import gettext as _

from dam import permissions
from dam.models import Agency
from ingest import batches
from ingest.management.commands.ingest import chosen_user
from ingest.watching import Watcher

EVERY_SECONDS = 5.0
STEADY_SECONDS = 10.0

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Watch folders (ACERVO_WATCH, or those named) and take in each file once it stops changing."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
        parser.add_argument("--user", default=settings.WATCH_USER, help="user name of who brings the files")
        parser.add_argument("--agency", help="code of the agency that owns them")
        parser.add_argument("--every", type=float, default=EVERY_SECONDS, help="seconds between looks")
        parser.add_argument("--steady", type=float, default=STEADY_SECONDS, help="seconds without a change")
        parser.add_argument("--looks", type=int, help="end after this many looks")

    def handle(self, *, folders: list[Path], every: float, looks: int | None, **options: Any) -> None:
        """Look at every folder again and again; an unreachable one is told of and tried later."""
        watchers = self._watchers(folders, options)
        while looks is None or looks > 0:
            for watcher in watchers:
                try:
                    watcher.look()
                except (OSError, OperationalError) as error:
                    logger.warning("%s: %s: %s", watcher.folder, type(error).__name__, error)
                    close_old_connections()
            looks = None if looks is None else looks - 1
            if looks != 0:
                time.sleep(every)

    def _watchers(self, folders: list[Path], options: dict[str, Any]) -> list[Watcher]:
        chosen = folders or [Path(folder) for folder in settings.WATCH]
        if not chosen:
            raise CommandError(_("No hay carpetas que vigilar: nómbrelas o póngalas en ACERVO_WATCH."))
        by = chosen_user(options["user"])
        code = options["agency"]
        agency = Agency.objects.filter(code=code).first() if code else batches.usual_agency(by)
        if agency is None:
            raise CommandError(_("No hay tal dependencia. Indique --agency SIGLAS."))
        if not permissions.agencies_for(by, "upload").filter(pk=agency.pk).exists():
            words = _("No puede subir material para %(agency)s. Elija otra dependencia.")
            raise CommandError(words % {"agency": agency.name})
        return [Watcher(folder, by=by, agency=agency, steady_seconds=options["steady"]) for folder in chosen]
