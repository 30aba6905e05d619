"""An older release's knowledge is read from its folder, and none of its code is run."""

from pathlib import Path
from typing import Final

import pytest

from server.foundation.db.going_back import take_back
from server.foundation.db.migrate import History, head
from server.foundation.errors import Conflict
from tests.support.app.world import World

HISTORIES: Final[tuple[History, ...]] = ("config", "plays")


def release(folder: Path, revisions: dict[History, str | None]) -> Path:
    for history, revision in revisions.items():
        versions = folder / "server/foundation/db/migrations" / history / "versions"
        versions.mkdir(parents=True)
        text = f'from server.nowhere import nothing\n\nrevision = "{revision}"\n'
        (versions / "newest.py").write_text(text, encoding="utf-8")
    return folder


def test_a_release_that_supports_the_tables_leaves_them_though_its_imports_are_missing_here(
    world: World, tmp_path: Path
) -> None:
    older = release(tmp_path / "older", {one: head(one) for one in HISTORIES})

    ways = take_back({"config": world.core.config, "plays": world.core.plays}, older)

    assert {one: (way.before, way.after) for one, way in ways.items()} == {
        one: (head(one), head(one)) for one in HISTORIES
    }


def test_a_release_of_steps_that_do_not_exist_here_is_refused(world: World, tmp_path: Path) -> None:
    later = release(tmp_path / "later", dict.fromkeys(HISTORIES, "9999"))

    with pytest.raises(Conflict):
        take_back({"config": world.core.config, "plays": world.core.plays}, later)
