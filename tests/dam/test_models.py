"""What the database itself refuses, whatever the code above it does."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from dam.identifiers import MAX_VERSIONS, new_id
from dam.models import (
    Agency,
    Asset,
    AssetVersion,
    CaptionCue,
    CollectionItem,
    Membership,
    MetadataValue,
    Placement,
    ProductionAsset,
    QCFinding,
    Share,
    StoredFile,
    User,
    VersionFile,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> AssetVersion:
    return factories.version("video")


def refused(constraint: str):
    """The database refuses what happens inside, by this constraint."""
    return pytest.raises(IntegrityError, match=constraint)


class TestAssets:
    def test_codes_are_unique(self, version):
        other = factories.asset()
        with refused("code"), transaction.atomic():
            Asset.objects.filter(pk=other.pk).update(code=version.asset.code)

    def test_kinds_are_known(self, version):
        with refused("asset_kind_is_known"), transaction.atomic():
            Asset.objects.filter(pk=version.asset.pk).update(kind="hologram")

    def test_the_trash_has_who_and_when_or_neither(self, version):
        with refused("asset_trash_has_who_and_when"), transaction.atomic():
            Asset.objects.filter(pk=version.asset.pk).update(trashed_at=timezone.now())

    def test_arrival_order_is_kept_by_the_database(self):
        first, second = factories.asset(), factories.asset()
        assert second.seq > first.seq
        assert list(Asset.objects.all()) == [second, first]

    def test_an_asset_with_versions_cannot_be_deleted(self, version):
        with pytest.raises(ProtectedError):
            version.asset.delete()

    def test_it_reads_as_code_and_name(self, version):
        assert str(version.asset) == f"{version.asset.code} {version.asset.name}"


class TestVersions:
    def test_a_number_is_used_once(self, version):
        with refused("version_number_once"), transaction.atomic():
            AssetVersion.objects.create(
                asset=version.asset, number=1, code="X" * 10, created_by=version.created_by, mime="video/mp4"
            )

    @pytest.mark.parametrize("number", [0, MAX_VERSIONS + 1])
    def test_numbers_fit_the_code(self, version, number: int):
        with refused("version_number_in_range"), transaction.atomic():
            AssetVersion.objects.filter(pk=version.pk).update(number=number)

    @pytest.mark.parametrize(
        "fields", [{"edit_rate_num": None}, {"edit_rate_den": 0}, {"duration_ticks": None}]
    )
    def test_a_duration_has_its_rate_and_a_rate_its_duration(self, version, fields):
        with refused("version_duration_has_its_rate"), transaction.atomic():
            AssetVersion.objects.filter(pk=version.pk).update(**fields)

    def test_time_is_ticks_at_an_exact_rate(self, version):
        AssetVersion.objects.filter(pk=version.pk).update(duration_ticks=900)
        version.refresh_from_db()
        assert version.edit_rate == Fraction(30000, 1001)
        assert version.duration_ms == 30030

    def test_a_photo_has_no_duration(self):
        photo = factories.version("photo")
        assert photo.edit_rate is None
        assert photo.duration_ms is None

    def test_a_version_has_one_original(self, version):
        with refused("one_original_per_version"), transaction.atomic():
            VersionFile.objects.create(
                version=version, stored=factories.stored(), role="original", filename="b.mp4", mime="x/y"
            )

    def test_the_original_is_found_among_the_files(self, version):
        factories.attached(version)
        assert version.original.role == "original"

    def test_roles_of_files_are_known(self, version):
        with refused("file_role_is_known"), transaction.atomic():
            version.files.update(role="spare")


class TestBytes:
    def test_a_hash_is_sixty_four_hex_digits(self):
        with refused("stored_file_sha256_is_hex"), transaction.atomic():
            StoredFile.objects.create(sha256="Z" * 64, size_bytes=1)

    def test_a_size_is_not_negative(self):
        with refused("size_bytes"), transaction.atomic():
            StoredFile.objects.create(sha256="a" * 64, size_bytes=-1)

    def test_a_key_is_one_placement(self):
        placement = factories.stored().placements.get()
        with refused("one_placement_per_key"), transaction.atomic():
            Placement.objects.create(
                stored=factories.stored(), store="objects", key=placement.key, verified_at=timezone.now()
            )

    def test_states_of_placements_are_known(self):
        with refused("placement_state_is_known"), transaction.atomic():
            factories.stored().placements.update(state="probably")

    def test_the_bytes_of_an_original_cannot_be_deleted(self, version):
        with pytest.raises(ProtectedError):
            version.original.stored.delete()

    def test_the_bytes_of_a_rendition_cannot_be_deleted(self, version):
        made = factories.rendition(version)
        with pytest.raises(ProtectedError):
            made.files.get().stored.delete()

    def test_a_recipe_is_made_once_for_a_version(self, version):
        made = factories.rendition(version)
        made.pk = new_id()
        with refused("rendition_once_per_recipe"), transaction.atomic():
            made.save(force_insert=True)


class TestPeople:
    def test_a_person_who_acted_cannot_be_deleted(self, version):
        with pytest.raises(ProtectedError):
            User.objects.get(pk=version.created_by.pk).delete()

    def test_a_membership_ends_after_it_starts(self):
        now = timezone.now()
        with refused("membership_ends_after_it_starts"), transaction.atomic():
            factories.membership(factories.user(), factories.central(), since=now, until=now)

    def test_roles_are_known(self):
        someone = factories.person()
        with refused("membership_role_is_known"), transaction.atomic():
            Membership.objects.filter(user=someone).update(role="king")

    def test_memberships_have_their_time(self):
        someone, now, day = factories.user(), timezone.now(), timedelta(days=1)
        past = factories.membership(someone, factories.central(), since=now - 2 * day, until=now - day)
        present = factories.membership(someone, factories.central(), since=now - day, until=now + day)
        future = factories.membership(someone, factories.central(), since=now + day)
        assert list(Membership.objects.current()) == [present]
        assert {past, present, future} == set(someone.memberships.all())

    def test_a_person_is_shown_by_name(self):
        assert str(factories.user("ana", first_name="Ana", last_name="Ruiz")) == "Ana Ruiz"
        assert str(factories.user("beto")) == "beto"


class TestAgencies:
    def test_a_path_holds_the_codes_from_the_root(self):
        ssg = factories.agency("SSG", parent=factories.central())
        below = factories.agency("ISAPEG", parent=ssg)
        assert below.path == "GTO/SSG/ISAPEG/"
        assert below.lineage == ("GTO/", "GTO/SSG/", "GTO/SSG/ISAPEG/")
        assert (factories.central().is_central, below.is_central) == (True, False)

    @pytest.mark.parametrize("code", ["A/B", "", "A B"])
    def test_a_code_is_one_word(self, code: str):
        with refused("agency_code_is_one_word"), transaction.atomic():
            Agency.objects.create(code=code, name="X", path=f"{code}/")


class TestDescriptions:
    def test_a_value_has_one_place(self, version):
        value = MetadataValue(asset=version.asset, field="headline", value="A", source="embedded")
        value.save()
        value.pk = new_id()
        with refused("metadata_value_once"), transaction.atomic():
            value.save(force_insert=True)

    def test_a_person_s_value_has_its_person(self, version):
        with refused("a_person_s_value_has_its_person"), transaction.atomic():
            MetadataValue.objects.create(asset=version.asset, field="headline", value="A", source="person")

    def test_sources_are_known(self, version):
        with refused("source_is_known"), transaction.atomic():
            MetadataValue.objects.create(asset=version.asset, field="headline", value="A", source="rumour")

    def test_a_cue_ends_after_it_starts(self, version):
        track = factories.captions(version)
        with refused("cue_ends_after_it_starts"), transaction.atomic():
            CaptionCue.objects.create(track=track, position=9, start_ms=10, end_ms=9, text="x")

    def test_a_cue_has_one_position(self, version):
        track = factories.captions(version)
        with refused("cue_position_once"), transaction.atomic():
            CaptionCue.objects.create(track=track, position=0, start_ms=10, end_ms=19, text="x")

    def test_verdicts_are_known(self, version):
        with refused("verdict_is_known"), transaction.atomic():
            QCFinding.objects.create(version=version, item="x", value="1", verdict="meh", tool="t")


class TestUses:
    def test_an_asset_is_in_a_production_once_per_role(self, version):
        production = factories.production()
        values = {
            "production": production,
            "asset": version.asset,
            "role": "used_in",
            "added_by": version.created_by,
        }
        ProductionAsset.objects.create(**values)
        with refused("use_once_per_role"), transaction.atomic():
            ProductionAsset.objects.create(**values)
        with refused("use_role_is_known"), transaction.atomic():
            ProductionAsset.objects.create(**{**values, "role": "near"})

    def test_a_share_is_of_one_thing(self, version):
        values = {"agency": factories.central(), "reason": "x", "shared_by": version.created_by}
        for things in ({}, {"asset": version.asset, "production": factories.production()}):
            with refused("share_is_of_one_thing"), transaction.atomic():
                Share.objects.create(**values, **things)

    def test_an_asset_is_in_a_collection_once(self, version):
        collection = factories.collection()
        CollectionItem.objects.create(collection=collection, asset=version.asset)
        with refused("collection_item_once"), transaction.atomic():
            CollectionItem.objects.create(collection=collection, asset=version.asset)
