"""The real player before a camera: `python -m tests.bench.player [CHANGES] [CHANGES IN STEP]`.

Prints each figure beside its goal; the exit status is 1 if one is missed. Takes half an hour
with 1000 and 200 changes, and wants a machine that does nothing else.
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.bench.player.controls import control
from tests.bench.player.footage import KINDS, make_items
from tests.bench.player.instep import SMALL, in_step
from tests.bench.player.joining import joining
from tests.bench.player.report import (
    Row,
    of_busy,
    of_controls,
    of_joining,
    of_step,
    of_turning,
    printed,
)
from tests.bench.player.turning import BUSY_PAGE, turning

SLOT_S = 1
JOINS = 8
CONTROL_SLOTS = 24
BUSY_CHANGES = 40
CONTROLS = ("naive", "opaque", "blink")


def main(count: int, in_step_count: int) -> int:
    """Film, print, judge."""
    with tempfile.TemporaryDirectory(prefix="anping-camera-") as name:
        rows = measured(Path(name), count, in_step_count)
    print(printed(rows))
    return int(any(one.met is False for one in rows))


def measured(folder: Path, count: int, in_step_count: int) -> list[Row]:
    """All films, one after another."""
    items = make_items(folder / "items", KINDS, SLOT_S)
    found = {
        page: control(_fresh(folder, page), items, page, CONTROL_SLOTS, SLOT_S) for page in CONTROLS
    }
    rows = of_controls(found)
    _report("controls")
    rows += of_joining(joining(_fresh(folder, "joining"), items, JOINS, SLOT_S))
    _report("joining")
    small = make_items(folder / "small", KINDS, SLOT_S, SMALL)
    for kind in ("lan", "4g"):
        seen = in_step(_fresh(folder, kind), small, kind, in_step_count, SLOT_S)
        rows.append(of_step(kind, seen))
        _report(kind)
    busy = turning(_fresh(folder, "busy"), items, BUSY_CHANGES, SLOT_S, BUSY_PAGE)
    rows.append(of_busy(busy))
    _report("busy")
    rows += of_turning(turning(_fresh(folder, "turning"), items, count, SLOT_S))
    _report("changes")
    return rows


def _fresh(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def _report(what: str) -> None:
    print(f"{what}: done, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    wanted = [*sys.argv[1:], *("1000", "200")[len(sys.argv) - 1 :]]
    sys.exit(main(int(wanted[0]), int(wanted[1])))
