"""How the demo comes in: accounts at once, then each piece by the ordinary ingest, one after another.

Every step looks first at what is there, so a run that was cut goes on where it stopped and another one makes nothing.
"""

import tempfile
import time
from pathlib import Path

from django.db import transaction

from dam import accounts, agencies, metadata, productions
from dam.models import Agency, Production, User
from ingest import batches, local_files, originals, uploads
from ingest.demo import catalogue, pieces
from ingest.demo.catalogue import Arrival
from ingest.local_files import LocalFile
from ingest.models import Batch, Ingest, Source, Upload, UploadState

POLL_SECONDS = 0.5
#: Longer than any piece takes to be registered on a busy machine.
PATIENCE_SECONDS = 600


def is_welcome() -> bool:
    """Answer whether the library is empty, or holds the demo: nobody else's gets accounts with a known password."""
    ours = [person.username for person in catalogue.PEOPLE]
    return not User.objects.exists() or User.objects.filter(username__in=ours).count() == len(ours)


@transaction.atomic
def settle() -> bool:
    """Make the offices, accounts and productions that are missing, all or none; False where they are unwelcome.

    The first run and the list of accounts come at the same moment: one waits for the other.
    """
    originals.hold("demo")
    if not is_welcome():
        return False
    for office in catalogue.OFFICES:
        if not Agency.objects.filter(code=office.code).exists():
            parent = Agency.objects.get(code=office.parent) if office.parent else None
            agencies.create(office.code, office.name, parent=parent, by=None)
    for person in catalogue.PEOPLE:
        _account(person)
    admin = User.objects.get(username=catalogue.PEOPLE[0].username)
    for work in catalogue.WORKS:
        if not Production.objects.filter(title=work.title).exists():
            productions.create(
                work.title,
                agency=Agency.objects.get(code=work.office),
                by=admin,
                description=work.description,
                members=User.objects.filter(username__in=work.team),
            )
    return True


def _account(person: catalogue.Person) -> None:
    if User.objects.filter(username=person.username).exists():
        return
    user = accounts.create(
        person.username, name=person.name, password=catalogue.PASSWORD, administrator=not person.role, by=None
    )
    if person.role:
        agencies.appoint(user, agency=Agency.objects.get(code=person.office), role=person.role, by=None)


def bring(arrival: Arrival) -> Ingest:
    """Make a piece, hand it over to the workers, and describe what became of it.

    What a cut run left half received is thrown away first. Raises TimeoutError where no worker registered it.
    """
    by = User.objects.get(username=arrival.by)
    for left in Upload.objects.filter(source_key=_key(arrival), state=UploadState.RECEIVING):
        uploads.cancel(left, by=by)
    ingest = _taken(arrival) or _take(arrival, by)
    ingest = _over(ingest)
    if ingest.version is not None and not ingest.version.asset.metadata.filter(source="person").exists():
        metadata.describe(ingest.version.asset, arrival.piece.values, by=by)
    return ingest


def _key(arrival: Arrival) -> str:
    return f"demo:{arrival.piece.name}"


def _taken(arrival: Arrival) -> Ingest | None:
    live = Ingest.objects.exclude(upload__state__in=["expired", "terminated"])
    return live.filter(upload__source_key=_key(arrival)).first()


def _take(arrival: Arrival, by: User) -> Ingest:
    production = Production.objects.get(title=arrival.work) if arrival.work else None
    office = Agency.objects.get(code=arrival.office)
    batch = batches.open_for(office, by=by, production=production, role=arrival.role)
    with tempfile.TemporaryDirectory(prefix="acervo-demo-") as made:
        folder = Path(made)
        path = pieces.make(arrival.piece, folder)
        if arrival.piece.captions:
            _bring_captions(arrival, batch, folder, by)
        upload = local_files.take(
            batch, LocalFile(path, path.name.encode()), by=by, source=Source.COMMAND, source_key=_key(arrival)
        )
    return upload.ingest


def _bring_captions(arrival: Arrival, batch: Batch, folder: Path, by: User) -> None:
    """Just before the film, once it is made: a run cut while it was made leaves no captions without one."""
    path = folder / arrival.piece.caption_filename
    path.write_text(pieces.subrip(arrival.piece.captions), encoding="utf-8")
    local_files.take(batch, LocalFile(path, path.name.encode()), by=by, source=Source.COMMAND)


def _over(ingest: Ingest) -> Ingest:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not ingest.is_over:
        if time.monotonic() > ends:
            raise TimeoutError(ingest.pk)
        time.sleep(POLL_SECONDS)
        ingest = Ingest.objects.select_related("version__asset").get(pk=ingest.pk)
    return ingest
