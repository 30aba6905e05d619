"""The same camera before pages that do show black: known ways to change pictures, and one frame.

They prove that a black picture would be seen if the player showed one.
"""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.bench.player.film import Picture, developed
from tests.bench.player.filming import boxes, filming
from tests.bench.player.footage import Item
from tests.bench.player.screen import lit_screen

PAGES = Path(__file__).parent / "control_pages"
STARTING_S = 4.0


@dataclass(frozen=True)
class Control:
    """What a film of such a page shows: changes of items by kinds, and how many had black."""

    changes: Counter[tuple[str, str]]
    black: Counter[tuple[str, str]]
    blinks: int
    """Black pictures between two of the same item."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_words: Any) -> None:
        """Nobody reads it."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The folder at an address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def control(folder: Path, items: Sequence[Item], page: str, count: int, slot_s: float) -> Control:
    """Film so many slots of `naive`, `opaque` or `blink`; images before videos."""
    site = folder / "site"
    shutil.copytree(PAGES, site)
    ordered = sorted(items, key=lambda one: one.kind)
    for one in ordered:
        shutil.copy(one.made.path, site / _name(one))
    names = ",".join(map(_name, ordered))
    film = folder / "film.txt"
    with _served(site) as base, lit_screen(folder / "screen") as screen:
        address = f"{base}/{page}.html?items={names}&slot={round(slot_s * 1000)}"
        with boxes(folder, [screen], address) as (box,), filming(film, [screen]):
            box.switch_on()
            box.page.wait_for_timeout((STARTING_S + count * slot_s) * 1000)
    return _judged(developed(film).screens[0], {one.number: one.kind for one in items})


def _name(item: Item) -> str:
    return f"{item.number}.{'mp4' if item.kind == 'video' else 'jpg'}"


def _judged(pictures: Sequence[Picture], kinds: dict[int, str]) -> Control:
    """All between the first and the last picture of an item."""
    whole = [place for place, one in enumerate(pictures) if one.item in kinds]
    found = Control(Counter(), Counter(), 0)
    blinks = 0
    for place, following in pairwise(whole):
        old, new = pictures[place].item, pictures[following].item
        assert old is not None
        assert new is not None
        black = any(one.is_black for one in pictures[place:following])
        if old == new:
            blinks += black
            continue
        found.changes[kinds[old], kinds[new]] += 1
        found.black[kinds[old], kinds[new]] += black
    return Control(found.changes, found.black, blinks)
