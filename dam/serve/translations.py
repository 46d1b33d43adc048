"""Owns compiling the catalogues of translations: locale/*/LC_MESSAGES/*.po to .mo, without the gettext programs.

Run as ``python -m dam.serve.translations``; what is up to date is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polib

from dam.environment import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path


def compile_all(folder: Path = CHECKOUT / "locale") -> list[Path]:
    """Compile every catalogue that is newer than what was compiled of it; the files written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns:
            draft = compiled.with_suffix(".mo.new")
            polib.pofile(str(source)).save_as_mofile(str(draft))
            draft.replace(compiled)
            written.append(compiled)
    return written


if __name__ == "__main__":
    compile_all()
