"""Where finished packs lie in the data folder."""

from pathlib import Path

from server.core import Core
from server.ledpacks.models import LedPack


def folder_of(core: Core) -> Path:
    """The folder of finished packs."""
    folder = core.settings.data / "led-packs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def path_of(core: Core, row: LedPack) -> Path:
    """Where the zip of a pack is, or will be."""
    return folder_of(core) / f"{row.id}.zip"
