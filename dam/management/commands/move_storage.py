"""manage.py move_storage: move the library's bytes to another store while everything goes on."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from dam import moving, storage
from dam.models import Placement
from dam.moving import GRACE_SECONDS, Moved


class Command(BaseCommand):
    help = (
        "Move everything to another store: copy, re-hash, read from there, delete later. It can be ended and run"
        " again at any time. The exit code is not zero where something could not be moved."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--to", required=True, metavar="NAME", help="the store (ACERVO_STORE says which there are)"
        )
        parser.add_argument(
            "--from", dest="source", default="", metavar="NAME", help="only what lies in this one"
        )
        parser.add_argument(
            "--grace",
            type=int,
            default=GRACE_SECONDS,
            metavar="SECONDS",
            help="how long the old copies stay for who reads them; the workers delete them after a day",
        )
        parser.add_argument("--dry-run", action="store_true", help="only tell how much there is to move")
        parser.add_argument(
            "--json", action="store_true", help="one JSON object per file, and one for the sum"
        )

    def handle(self, *, to: str, source: str, grace: int, dry_run: bool, json: bool, **_options: Any) -> None:
        """Move, tell of it, and sum up."""
        known = storage.names()
        for name in (to, *([source] if source else [])):
            if name not in known:
                raise CommandError(
                    _("No hay un almacén %(name)s. Los que hay: %(known)s.")
                    % {"name": name, "known": ", ".join(sorted(known))}
                )
        if to == source:
            raise CommandError(_("El almacén de origen y el de destino son el mismo."))
        telling = _Telling(self, to, source, as_json=json)
        if dry_run:
            telling.sum_up("pending")
            return
        moving.move(to, source=source, grace_seconds=grace, tell=telling.tell, moved=telling.moved)
        telling.sum_up("moved")
        if telling.moved.failed:
            raise SystemExit(1)


class _Telling:
    """What is printed: a moving line at a terminal, each failure, the sum at the end; or JSON."""

    def __init__(self, command: BaseCommand, to: str, source: str, *, as_json: bool) -> None:
        self.command, self.to, self.source, self.as_json = command, to, source, as_json
        self.moved = Moved()
        waiting = moving.waiting(to, source=source).values("stored").distinct()
        self.total = waiting.count()
        self.moving = command.stderr.isatty() and not as_json

    def tell(self, what: str, placement: Placement, detail: str) -> None:
        """Tell of one placement."""
        if self.as_json:
            line = {"what": what, "file": placement.stored_id, "place": str(placement), "detail": detail}
            self.command.stdout.write(json.dumps(line, ensure_ascii=False))
        elif what == "failed":
            self._line("")
            said = _("No se pudo mover %(place)s; sigue donde estaba: %(why)s")
            self.command.stderr.write(said % {"place": placement, "why": detail})
        else:
            said = _("copiados %(copied)s de %(total)s, %(size)s")
            size = filesizeformat(self.moved.copied_bytes)
            self._line(said % {"copied": self.moved.copied, "total": self.total, "size": size})

    def _line(self, said: str) -> None:
        if self.moving:
            self.command.stderr.write(f"\r\x1b[K{said}", ending="")

    def sum_up(self, what: str) -> None:
        """Tell what was done and what is left."""
        self._line("")
        left = moving.waiting(self.to, source=self.source).aggregate(bytes=Sum("stored__size_bytes"))
        pending = moving.waiting(self.to, source=self.source).values("stored").distinct().count()
        to_delete = moving.retired(0).count()
        done = self.moved
        if self.as_json:
            said = {
                **vars(done),
                "pending": pending,
                "pending_bytes": left["bytes"] or 0,
                "to_delete": to_delete,
            }
            self.command.stdout.write(json.dumps({"what": what, "to": self.to, **said}))
            return
        if what == "moved":
            sentence = _(
                "Copiados y verificados: %(copied)s (%(size)s). Copias anteriores borradas: %(deleted)s;"
                " por borrar: %(to_delete)s. No se pudieron mover: %(failed)s."
            )
            size = filesizeformat(done.copied_bytes)
            self.command.stdout.write(sentence % {**vars(done), "size": size, "to_delete": to_delete})
        sentence = _("Faltan por mover a %(to)s: %(pending)s (%(size)s).")
        size = filesizeformat(left["bytes"] or 0)
        self.command.stdout.write(sentence % {"to": self.to, "pending": pending, "size": size})
