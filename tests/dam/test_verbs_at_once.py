"""Two people at one thing in the same moment: it happens once, is told once, and no one waits for ever."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from dam import assets, collections, events, metadata, productions, shares, trash
from dam.lifecycle import IllegalTransition
from dam.models import Asset, FileRole, Production, Share
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs: Callable[[], object]) -> list[Exception]:
    """Do all in the same moment, each on a connection of its own; return what was raised."""
    barrier, raised = threading.Barrier(len(verbs)), []

    def run(verb: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            verb()
        except Exception as error:  # noqa: BLE001 - told to the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return raised


def told(subject: Asset | Production | Share, verb: str) -> int:
    return events.of(subject).filter(verb=verb).count()


def again(asset: Asset) -> Asset:
    return Asset.objects.get(pk=asset.pk)


def test_an_asset_is_thrown_away_once_and_by_one_of_them():
    asset, others = factories.asset(), [factories.user(), factories.user()]
    assert at_once(*(lambda by=by: trash.put(again(asset), by=by) for by in others)) == []
    assert told(asset, "trashed") == 1
    event = events.of(asset).get(verb="trashed")
    assert again(asset).trashed_by == event.actor


def test_throwing_away_and_taking_out_leave_it_in_the_state_that_is_told_last():
    asset = factories.asset()
    trash.put(asset, by=asset.created_by)
    by = asset.created_by
    raised = at_once(lambda: trash.restore(again(asset), by=by), lambda: trash.put(again(asset), by=by))
    assert raised == []
    last = events.of(asset).last()
    assert last is not None
    assert (last.verb == "trashed") == (again(asset).trashed_at is not None)
    assert again(asset).revision == events.of(asset).count()


def test_a_file_is_attached_once():
    version, stored = factories.version("video"), factories.stored(b"<nota/>")

    def attach() -> None:
        assets.attach(
            version,
            stored,
            role=FileRole.SIDECAR,
            filename="n.xml",
            mime="text/xml",
            by=version.created_by,
        )

    assert at_once(attach, attach, attach) == []
    assert version.files.filter(role=FileRole.SIDECAR).count() == 1
    assert told(version.asset, "file.attached") == 1


def test_two_who_describe_different_fields_both_keep_what_they_wrote():
    asset, by = factories.asset(), factories.person()
    raised = at_once(
        lambda: metadata.describe(again(asset), {"headline": "Presa"}, by=by),
        lambda: metadata.describe(again(asset), {"credit_line": "Foto: X"}, by=by),
        lambda: metadata.record_embedded(again(asset), [metadata.Found("headline", ("DSC",))], by=None),
    )
    assert raised == []
    known = metadata.known(again(asset))
    assert (known["headline"].value, known["credit_line"].value) == ("Presa", "Foto: X")


def test_of_two_who_write_one_list_one_is_kept_whole():
    asset, by = factories.asset(), factories.person()
    lists = [("a", "b", "c"), ("x", "y")]
    raised = at_once(
        *(
            lambda words=words: metadata.describe(again(asset), {"keywords": list(words)}, by=by)
            for words in lists
        )
    )
    assert raised == []
    assert metadata.known(again(asset))["keywords"].value in lists
    assert told(asset, "described") == 2


def test_an_asset_is_used_once_and_taken_out_once():
    production, asset = factories.production(), factories.asset()
    by = production.created_by
    use = lambda: productions.use(production, again(asset), role="used_in", by=by)  # noqa: E731
    assert at_once(use, use) == []
    assert told(asset, "used") == told(production, "asset.added") == 1
    used = production.uses.get()
    assert at_once(*[lambda: productions.stop_using(used, by=by)] * 2) == []
    assert told(asset, "no_longer_used") == told(production, "asset.removed") == 1


def test_two_assets_of_one_production_do_not_wait_for_each_other():
    first, second, team = factories.asset(), factories.asset(), factories.production()
    other = factories.production()
    by = team.created_by
    raised = at_once(
        lambda: productions.use(team, again(first), role="used_in", by=by),
        lambda: productions.use(other, again(first), role="used_in", by=by),
        lambda: productions.use(other, again(second), role="used_in", by=by),
        lambda: productions.use(team, again(second), role="used_in", by=by),
        lambda: productions.edit(team, title="Otra", genre="spot", description="", by=by),
    )
    assert raised == []
    assert team.uses.count() == other.uses.count() == 2
    assert list(events.verify()) == []


def test_a_production_is_closed_by_one_of_them_and_the_other_is_told():
    production = factories.production()
    raised = at_once(
        *[lambda: productions.close(Production.objects.get(pk=production.pk), by=production.created_by)] * 2
    )
    assert [type(error) for error in raised] == [IllegalTransition]
    assert told(production, "state.closed") == 1


def test_a_share_ends_once():
    asset = factories.asset()
    share = factories.share(asset, factories.agency("SSG", parent=factories.central()))
    end = lambda: shares.end(Share.objects.get(pk=share.pk), by=asset.created_by)  # noqa: E731
    assert at_once(end, end, end) == []
    assert told(asset, "share.ended") == 1


def test_two_who_notice_the_ends_of_shares_share_the_work():
    asset, agency = factories.asset(), factories.agency("SSG", parent=factories.central())
    for _ in range(4):
        factories.share(asset, agency, until=asset.created_at)
    counts: list[int] = []
    assert at_once(*[lambda: counts.append(shares.notice_ends())] * 2) == []
    assert sum(counts) == 4
    assert not Share.objects.filter(end_noticed=False).exists()


def test_what_two_add_to_a_collection_is_in_it_once():
    collection, chosen = factories.collection(), [factories.asset() for _ in range(3)]
    by = collection.owner
    raised = at_once(
        lambda: collections.add(collection, chosen, by=by),
        lambda: collections.add(collection, chosen[::-1], by=by),
        lambda: collections.add(collection, chosen[:1], by=by),
    )
    assert raised == []
    assert collection.items.count() == 3
