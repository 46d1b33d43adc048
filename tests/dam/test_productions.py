"""Productions, shares, collections and the trash: verbs that write what they did."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dam import agencies, collections, events, productions, shares, tasks, trash
from dam.lifecycle import IllegalTransition
from dam.models import Asset, Collection, Production, ProductionAsset, Role, Share
from tests import factories

pytestmark = pytest.mark.django_db


def told(subject) -> list[str]:
    return [event.verb for event in events.of(subject)]


def revision(asset: Asset) -> int:
    return Asset.objects.get(pk=asset.pk).revision


class TestProductions:
    def test_whoever_opens_one_is_in_its_team(self):
        by, other = factories.person(), factories.user()
        production = factories.production("Spot del agua", by=by, members=[other])
        assert set(production.members.all()) == {by, other}
        assert (production.state, str(production)) == ("open", "Spot del agua")
        assert told(production) == ["created"]

    def test_an_edit_changes_what_it_is_called(self):
        production = factories.production()
        productions.edit(
            production, title="B", genre="capsule", description="Larga", by=production.created_by
        )
        production.refresh_from_db()
        assert (production.title, production.genre, production.description) == ("B", "capsule", "Larga")
        assert told(production) == ["created", "edited"]

    def test_the_team_is_replaced_and_the_event_holds_ids_only(self):
        production, other = factories.production(), factories.user("ana")
        productions.set_members(production, [other], by=production.created_by)
        assert list(production.members.all()) == [other]
        event = events.of(production).last()
        assert event is not None
        assert event.data == {"members": [str(other.pk)]}

    def test_closing_and_opening_again(self):
        production = factories.production()
        productions.close(production, by=production.created_by)
        with pytest.raises(IllegalTransition):
            productions.close(production, by=production.created_by)
        productions.reopen(production, by=production.created_by)
        assert Production.objects.get().state == "open"

    def test_an_asset_may_have_several_roles_each_once(self):
        production, asset = factories.production(), factories.asset()
        for role in ("shot_for", "used_in", "used_in"):
            productions.use(production, asset, role=role, by=production.created_by)
        assert sorted(production.uses.values_list("role", flat=True)) == ["shot_for", "used_in"]
        assert told(production) == ["created", "asset.added", "asset.added"]

    def test_both_sides_tell_it(self):
        production, asset = factories.production(), factories.asset()
        used = productions.use(production, asset, role="output_of", by=production.created_by)
        productions.stop_using(used, by=production.created_by)
        assert told(production)[1:] == ["asset.added", "asset.removed"]
        assert told(asset)[2:] == ["used", "no_longer_used"]
        event = events.of(asset).last()
        assert event is not None
        assert event.data == {"asset": asset.code, "production": str(production.pk), "role": "output_of"}
        assert not ProductionAsset.objects.exists()

    def test_taking_out_twice_is_once(self):
        production, asset = factories.production(), factories.asset()
        used = productions.use(production, asset, role="used_in", by=production.created_by)
        same = ProductionAsset.objects.get()
        productions.stop_using(used, by=production.created_by)
        productions.stop_using(same, by=production.created_by)
        assert told(production).count("asset.removed") == 1

    def test_an_unknown_role_is_refused(self):
        with pytest.raises(ValueError, match="near"):
            productions.use(factories.production(), factories.asset(), role="near", by=factories.user())


class TestShares:
    def test_lending_is_told_by_the_thing_lent(self):
        asset, agency = factories.asset(), factories.agency("SSG", parent=factories.central())
        until = timezone.now() + timedelta(days=1)
        share = shares.lend(asset, to=agency, reason="Boletín", by=asset.created_by, until=until)
        event = events.of(asset).last()
        assert event is not None
        assert event.verb == "shared"
        assert event.data == {"share": str(share.pk), "agency": "SSG", "until": until.isoformat()}
        assert "Boletín" not in str(event.data)

    def test_ending_twice_is_once(self):
        share = factories.share(factories.asset(), factories.agency("SSG", parent=factories.central()))
        assert share.asset is not None
        shares.end(share, by=share.shared_by)
        first_end = share.until
        shares.end(share, by=share.shared_by)
        assert share.until == first_end
        assert told(share.asset).count("share.ended") == 1

    def test_a_share_whose_end_passed_is_noticed_once(self):
        asset, agency = factories.asset(), factories.agency("SSG", parent=factories.central())
        production = factories.production()
        inside = factories.asset()
        productions.use(production, inside, role="used_in", by=production.created_by)
        hour = timedelta(hours=1)
        factories.share(asset, agency, until=timezone.now() - hour)
        factories.share(production, agency, until=timezone.now() - hour)
        factories.share(factories.asset(), agency, until=timezone.now() + hour)
        before = revision(asset), revision(inside)
        assert shares.notice_ends() == 2
        assert (revision(asset), revision(inside)) == (before[0] + 1, before[1] + 1)
        assert shares.notice_ends() == 0
        assert Share.objects.filter(end_noticed=True).count() == 2

    def test_the_periodic_task_notices(self):
        agency = factories.agency("SSG", parent=factories.central())
        factories.share(factories.asset(), agency, until=timezone.now() - timedelta(seconds=1))
        tasks.notice_ended_shares(timestamp=0)
        assert Share.objects.get().end_noticed


class TestTrash:
    def test_what_is_thrown_away_is_all_still_there(self):
        asset = factories.asset(content=b"x")
        trash.put(asset, by=asset.created_by)
        assert asset.trashed_at is not None
        assert asset.trashed_by == asset.created_by
        assert asset.versions.count() == 1
        assert asset.current is not None
        assert asset.current.original.stored.placements.exists()

    def test_taking_back_leaves_it_as_it_was(self):
        asset = factories.asset(headline="Título")
        trash.put(asset, by=asset.created_by)
        trash.restore(asset, by=asset.created_by)
        assert (asset.trashed_at, asset.trashed_by) == (None, None)
        assert told(asset)[-2:] == ["trashed", "restored"]
        assert asset.metadata.get().value == "Título"

    def test_twice_is_once(self):
        asset = factories.asset()
        first, second = factories.user(), factories.user()
        trash.put(asset, by=first)
        trash.put(asset, by=second)
        assert asset.trashed_by == first
        trash.restore(asset, by=first)
        trash.restore(asset, by=first)
        assert told(asset).count("trashed") == told(asset).count("restored") == 1

    def test_search_hears_of_it(self):
        asset = factories.asset()
        before = revision(asset)
        trash.put(asset, by=asset.created_by)
        assert revision(asset) == before + 1


class TestCollections:
    def test_assets_are_added_once_and_in_order(self):
        collection, first, second = factories.collection(), factories.asset(), factories.asset()
        collections.add(collection, [second], by=collection.owner)
        collections.add(collection, [first, second], by=collection.owner)
        assert [item.asset for item in collection.items.all()] == [second, first]
        event = events.of(collection).last()
        assert event is not None
        assert event.data == {"assets": [first.code]}

    def test_adding_nothing_new_is_no_event(self):
        collection, asset = factories.collection(), factories.asset()
        collections.add(collection, [asset], by=collection.owner)
        collections.add(collection, [asset], by=collection.owner)
        assert told(collection) == ["created", "assets.added"]

    def test_taking_out_and_editing(self):
        collection, asset = factories.collection(), factories.asset()
        collections.add(collection, [asset], by=collection.owner)
        collections.remove(collection, asset, by=collection.owner)
        collections.remove(collection, asset, by=collection.owner)
        collections.edit(collection, title="B", shared=True, by=collection.owner)
        collection.refresh_from_db()
        assert (collection.title, collection.shared, collection.items.count()) == ("B", True, 0)
        assert told(collection) == ["created", "assets.added", "asset.removed", "edited"]

    def test_deleting_leaves_the_assets_and_the_history(self):
        collection, asset = factories.collection(), factories.asset()
        collections.add(collection, [asset], by=collection.owner)
        key = collection.pk
        collections.delete(collection, by=asset.created_by)
        assert not Collection.objects.exists()
        assert Asset.objects.filter(pk=asset.pk).exists()
        collection.pk = key
        assert told(collection)[-1] == "deleted"

    def test_a_list_is_its_owner_s_until_it_is_shared_with_the_agency(self):
        health = factories.agency("SSG", parent=factories.central())
        water = factories.agency("CEAG", parent=factories.central())
        owner, colleague = factories.person(of=health), factories.person(Role.VIDEOGRAPHER, health)
        below = factories.person(Role.LIAISON, factories.agency("ISAPEG", parent=health))
        outsider, centre = factories.person(of=water), factories.person()
        collection = factories.collection(by=owner, of=health)
        for person, seen in ((owner, True), (colleague, False), (centre, False)):
            assert collections.visible(person).exists() == seen
        collections.edit(collection, title="A", shared=True, by=owner)
        for person, seen in (
            (owner, True),
            (colleague, True),
            (below, True),
            (outsider, False),
            (centre, True),
        ):
            assert collections.visible(person).exists() == seen
        assert collections.may_edit(owner, collection)
        assert not collections.may_edit(centre, collection)

    def test_nobody_sees_none(self):
        factories.collection()
        someone = factories.user()
        someone.is_active = False
        assert not collections.visible(someone).exists()


class TestAgencies:
    def test_a_path_grows_from_its_parent(self):
        centre = factories.central()
        below = agencies.create("SSG", "Salud", parent=centre, by=None)
        assert below.path == "GTO/SSG/"
        assert told(below) == ["created"]

    def test_an_appointment_is_told_by_the_agency(self):
        someone, centre = factories.user(), factories.central()
        membership = agencies.appoint(someone, agency=centre, role=Role.LIAISON, by=None)
        event = events.of(centre).last()
        assert event is not None
        assert event.data == {"membership": str(membership.pk), "role": "liaison"}
