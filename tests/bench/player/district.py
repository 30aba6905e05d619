"""A real server whose screens play marked items in every order, bound by the enrolment key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playlists.wire.model import Manifest
from server.content.models import Asset
from tests.bench.player.footage import Item
from tests.support.app.world import World
from tests.support.factories.assets import keep, make_asset
from tests.support.processes.furnished_district import SERIAL, District, furnished


@contextmanager
def district_of(
    folder: Path, items: Sequence[Item], slot_s: int, serials: Sequence[str] = (SERIAL,)
) -> Iterator[District]:
    """A running server whose bank screens play the items in turn, `slot_s` seconds each."""
    by_name = {str(one.number): one for one in items}

    def kept(world: World, author: int, name: str) -> tuple[int, dict[str, bytes]]:
        return _kept(world, author, by_name[name])

    ordered = [(tuple(by_name), {"target": {"kind": "filler"}})]
    with furnished(folder, slot_s, ordered, kept, serials) as made:
        yield made


def _kept(world: World, author: int, item: Item) -> tuple[int, dict[str, bytes]]:
    """The item as an approved asset; its portrait form stays a placeholder that no screen asks."""
    made = item.made
    number = make_asset(world, author=author, kind=item.kind, duration_ms=made.duration_ms)
    content = made.path.read_bytes()
    with world.core.config.write() as session:
        for one in session.get_one(Asset, number).renditions:
            if one.cls != made.cls:
                continue
            one.digest = keep(world, content)
            one.type, one.bytes, one.blocks = made.type, made.bytes, list(made.blocks)
            one.width, one.height = made.width, made.height
    return number, {made.digest: content}


def numbers_of(manifest: Manifest, items: Sequence[Item]) -> list[int]:
    """The marks' number of each of a manifest's assets, by index; -1 for the waiting picture."""
    number_by_digest = {one.made.digest: one.number for one in items}
    return [number_by_digest.get(asset.digest, -1) for asset in manifest.assets]
