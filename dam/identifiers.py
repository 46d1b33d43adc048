"""Identifiers: UUIDv7 inside, short public codes outside."""

import secrets
import uuid

import uuid_utils.compat

#: A-Z and 0-9 without what is mistaken for something else on paper or by telephone: 0 O, 1 I L, U V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
ASSET_CODE_LENGTH = 8
VERSION_SUFFIX_LENGTH = 2
VERSION_CODE_LENGTH = ASSET_CODE_LENGTH + VERSION_SUFFIX_LENGTH
MAX_VERSIONS = len(ALPHABET) ** VERSION_SUFFIX_LENGTH - 1


def new_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562): sortable by the time it was made."""
    return uuid_utils.compat.uuid7()


def new_asset_code() -> str:
    """Return a random asset code of eight characters; the database refuses the rare repetition.

    Letters and digits only and at most 11 characters, so that the code fits every ad-code rule found
    (Ad-ID: 11 characters + suffix; Extreme Reach: letters and digits, 12 at most).
    """
    return "".join(secrets.choice(ALPHABET) for _ in range(ASSET_CODE_LENGTH))


def version_code(asset_code: str, number: int) -> str:
    """Return the ten-character code of version ``number`` (1-based) of an asset.

    Raises ValueError beyond ``MAX_VERSIONS``.
    """
    if not 1 <= number <= MAX_VERSIONS:
        raise ValueError(f"version {number} is outside 1..{MAX_VERSIONS}")
    high, low = divmod(number, len(ALPHABET))
    return asset_code + ALPHABET[high] + ALPHABET[low]
