"""How long a table of 5,000 venues takes: checked, imported, checked again; and 500 buses.

`python -m tests.bench.imports [ROWS]` prints seconds; `loop` is how long others wait while it is
held against what is there, `read` the part that runs beside them.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server.accounts.actor import Actor, Grant
from server.foundation.core import Core
from server.inventory.imports import service
from server.inventory.imports.registry import BUSES, VENUES, Table
from tests.support.app.inventory import make_unit, root_unit
from tests.support.app.world import World, make_world
from tests.support.factories.tables import xlsx

VENUE_HEAD = (
    "编号", "名称", "类型", "责任单位", "地址", "纬度", "经度", "营业时段", "联系人", "联系电话",
    "标签",
)  # fmt: skip
BUS_HEAD = ("线路", "车号", "车场", "屏序列号")


def main() -> None:
    """Make a district in a folder of its own, import into it, print what it took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory(prefix="anping-imports-") as folder:
        world = make_world(Path(folder) / "server")
        make_unit(world, "城关街道")
        actor = Actor(0, "bench", root_unit(world), (Grant("admin", "/"),))
        _run(world, actor, VENUES, venues(count), f"{count} venues")
        _run(world, actor, BUSES, buses(500), "500 buses with screens")


def venues(count: int) -> bytes:
    """A table of so many venues as an office has them."""
    return xlsx(
        VENUE_HEAD,
        [
            (
                f"YH-{number:05d}", f"网点 {number}", "银行网点", "城关街道", f"解放路 {number} 号",
                34.2 + number / 1e5, 117.1 + number / 1e5,
                "周一至周五 08:30-17:30；周六 09:00-12:00", "王经理", f"1390000{number:04d}",
                "临街、大屏",
            )
            for number in range(count)
        ],
    )  # fmt: skip


def buses(count: int) -> bytes:
    """A table of so many buses on twenty lines, each with its screen."""
    rows = [(f"{n % 20 + 1} 路", f"苏C·{n:05d}", "城东", f"SN{n:06d}") for n in range(count)]
    return xlsx(BUS_HEAD, rows)


def _run(world: World, actor: Actor, table: Table, content: bytes, what: str) -> None:
    core = world.core
    order = service.Order(table, content, new_lines=True)
    _timed(f"{what}: read", lambda: service._read(order))
    _timed(f"{what}: check", lambda: service.check_table(core, actor, order))
    done = _timed(f"{what}: import", lambda: service.import_table(core, actor, order))
    again = _timed(f"{what}: import again", lambda: service.import_table(core, actor, order))
    assert (done["made"], again["unchanged"]) == (again["unchanged"], done["made"]), again
    _loop(core, actor, order, what)


def _loop(core: Core, actor: Actor, order: service.Order, what: str) -> None:
    read = service._read(order)
    with core.config.read() as session:

        def resolve() -> Any:
            existing = service._index(session, actor, order)
            outcome = order.table.resolve(existing, read.rows, read.faults)
            return service._document(order, read, existing, outcome)

        _timed(f"{what}: check, loop", resolve)


def _timed(what: str, act: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    found = act()
    sys.stdout.write(f"{what}: {time.perf_counter() - begun:.2f} s\n")
    return found


if __name__ == "__main__":
    main()
