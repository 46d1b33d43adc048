"""``manage.py search``: find assets from the command line, as an operator who sees everything."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dam import assets
from dam.models import Asset
from search import index
from search.query import Query, SearchError


class Command(BaseCommand):
    """Search the index."""

    help = "Search the catalogue: one line, or with --json one object, per asset found."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the text and the form of the answer."""
        parser.add_argument("text")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--limit", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        """Search, and print what was found with the caption seconds that answer."""
        try:
            result = index.engine().search(Query(viewer=None, text=options["text"], size=options["limit"]))
        except SearchError as error:
            raise CommandError(str(error)) from error
        wanted = [hit.asset_id for hit in result.hits]
        found = {asset.pk: asset for asset in assets.for_pages(Asset.objects.filter(pk__in=wanted))}
        for hit in result.hits:
            if hit.asset_id not in found:
                continue
            asset = found[hit.asset_id]
            said = {
                "code": asset.code,
                "kind": asset.kind,
                "title": assets.title_of(asset),
                "agency": asset.agency.code,
                "seconds": [cue.second for cue in hit.moments()],
            }
            if options["json"]:
                self.stdout.write(json.dumps(said, ensure_ascii=False))
            else:
                seconds = ", ".join(f"{second} s" for second in said["seconds"])
                self.stdout.write(f"{said['code']}  {said['kind']:8}  {said['title']}  {seconds}".rstrip())
        if not options["json"]:
            self.stderr.write(f"{result.total}")
