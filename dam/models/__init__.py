"""The models of the catalogue, one module per idea."""

from dam.models.agency import Agency
from dam.models.asset import Asset, AssetVersion, FileRole, Kind, VersionFile
from dam.models.caption import CaptionCue, CaptionSource, CaptionTrack
from dam.models.collection import Collection, CollectionItem
from dam.models.event import Event, EventChain
from dam.models.metadata import MetadataValue, Source
from dam.models.people import Membership, Role, User
from dam.models.production import Genre, Production, ProductionAsset, ProductionState, UseRole
from dam.models.qc import QCFinding, Verdict
from dam.models.rendition import Rendition, RenditionFile
from dam.models.share import Share
from dam.models.storage import Placement, PlacementState, StoredFile
from dam.models.token import ApiAllowance, ApiToken, Scope

__all__ = [
    "Agency",
    "ApiAllowance",
    "ApiToken",
    "Asset",
    "AssetVersion",
    "CaptionCue",
    "CaptionSource",
    "CaptionTrack",
    "Collection",
    "CollectionItem",
    "Event",
    "EventChain",
    "FileRole",
    "Genre",
    "Kind",
    "Membership",
    "MetadataValue",
    "Placement",
    "PlacementState",
    "Production",
    "ProductionAsset",
    "ProductionState",
    "QCFinding",
    "Rendition",
    "RenditionFile",
    "Role",
    "Scope",
    "Share",
    "Source",
    "StoredFile",
    "UseRole",
    "User",
    "Verdict",
    "VersionFile",
]
