"""Player builds: read from a folder, stored by content, served by name."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.foundation.errors import AnpingError
from server.foundation.i18n import Sentence
from server.foundation.paths import ROOT
from server.gateway.connection.desired_builds import names_build
from server.gateway.rollouts.models import PlayerFile, PlayerRelease

DIST: Final = ROOT / "player" / "dist"
PAGE: Final = "index.html"
WORKER: Final = "sw.js"
_SCRIPT: Final = re.compile(r"player\.[0-9a-f]{10}\.js")
ABOUT: Final = "release.json"
MOST_BYTES: Final = 1_000_000


class NoBuild(AnpingError):
    """The folder has no complete player."""

    status = 422
    title = Sentence("不是播放终端", "No player")
    default_code = "no_build"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            Sentence(
                f"{folder} 中没有完整的播放终端（index.html、sw.js、player.*.js、player.*.css）。",
                f"{folder} holds no whole player (index.html, sw.js, player.*.js, player.*.css).",
            )
        )


@dataclass(frozen=True)
class Build:
    """A player's files by name, and the name in its manifest."""

    name: str
    files: dict[str, bytes]

    @property
    def release(self) -> str:
        """The digest by which its service worker requests files."""
        return release_of(self.name)


def release_of(player: str) -> str:
    """`4a31fe5d02` of `1.0.0+4a31fe5d02`."""
    return player.rpartition("+")[2]


def read_build(folder: Path) -> Build:
    """The output of `npm run build`. Raises NoBuild."""
    found = sorted(one for one in folder.glob("*") if one.suffix in {".html", ".js", ".css"})
    if sum(one.stat().st_size for one in found) > MOST_BYTES:
        raise NoBuild(folder)
    files = {one.name: one.read_bytes() for one in found}
    try:
        name = json.loads((folder / ABOUT).read_text())["player"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoBuild(folder) from error
    is_whole = {PAGE, WORKER} <= files.keys() and any(map(_SCRIPT.fullmatch, files))
    if not is_whole or not isinstance(name, str) or not names_build(name):
        raise NoBuild(folder)
    return Build(name, files)


def keep(core: Core, session: Session, build: Build) -> PlayerRelease:
    """Store a build; returns the existing row if it isn't new."""
    row = session.scalar(select(PlayerRelease).where(PlayerRelease.name == build.name))
    if row is not None:
        return row
    digests = {}
    for name, content in build.files.items():
        digests[name] = digest = hashlib.sha256(content).hexdigest()
        if session.get(PlayerFile, digest) is None:
            session.add(PlayerFile(digest=digest, content=content))
            session.flush()
    row = PlayerRelease(
        name=build.name,
        state="registered",
        files=digests,
        ring=-1,
        former="",
        registered_at=core.clock.now_ms(),
    )
    session.add(row)
    session.flush()
    return row
