"""Show everything that is recorded of an asset."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dam import assets, record
from dam.models import Asset


class Command(BaseCommand):
    """Print the record of an asset, for people or as JSON."""

    help = "Everything recorded of an asset: versions, facts, metadata with provenance, checks, copies, uses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the code."""
        parser.add_argument("code", metavar="CODE", help="code of the asset or of one of its versions")
        parser.add_argument("--json", action="store_true", help="one JSON object, indented")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find and print."""
        try:
            asset, _version = assets.by_code(options["code"], Asset.objects.all())
        except Asset.DoesNotExist:
            raise CommandError(f"there is no asset {options['code']}") from None
        told = record.of(asset)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self._tell(told)

    def _tell(self, told: dict[str, Any]) -> None:
        trashed = ", in the trash" if told["trashed_at"] else ""
        self.stdout.write(
            f"{told['code']}  {told['title']}  ({told['kind']}, {told['agency']['code']}{trashed})"
        )
        for version in told["versions"]:
            original = next(file for file in version["files"] if file["role"] == "original")
            mark = "*" if version["code"] == told["current"] else " "
            self.stdout.write(f"{mark} {version['code']}  {original['filename']}  {original['size_bytes']} B")
            self.stdout.write(f"    sha256 {original['sha256']}")
            for made in version["renditions"]:
                self.stdout.write(f"    {made['preset']}: {len(made['files'])} files")
            verdicts = [one["verdict"] for one in version["qc"]]
            self.stdout.write(
                f"    checks: {len(verdicts)}, failed {verdicts.count('fail')}, to look at {verdicts.count('warn')}"
            )
        for field, said in told["metadata"].items():
            self.stdout.write(f"  {field}: {said[0]['values']} ({said[0]['source']})")
        for used in told["uses"]:
            self.stdout.write(f"  in {used['title']}: {used['role']}")
        self.stdout.write(f"  {told['events']} events")
