"""`import venues|lines|vehicles|screens`: a district's tables, from the server's own console."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.accounts.models import AuditEntry
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Line, Venue
from tests.support.app.inventory import root_unit
from tests.support.app.world import World
from tests.support.factories.tables import csv, xlsx
from tests.support.processes.cli import run

pytestmark = pytest.mark.slow

HEAD = ("线路", "车号", "屏序列号")


def counts(world: World) -> tuple[int, ...]:
    with world.core.config.read() as session:
        kinds = (Line, Venue, Screen)
        return tuple(session.scalar(select(func.count(kind.id))) or 0 for kind in kinds)


@pytest.mark.long
def test_a_table_is_checked_imported_and_imported_again(world: World, tmp_path: Path) -> None:
    root_unit(world)
    file = tmp_path / "车辆.xlsx"
    file.write_bytes(xlsx(HEAD, [("3 路", f"苏C·{n}", f"SN{n}") for n in range(3)]))

    checked = run(world, "import", "vehicles", str(file), "--new-lines", "--dry-run")
    nothing = counts(world)
    done = run(world, "import", "vehicles", str(file), "--new-lines")
    again = run(world, "import", "vehicles", str(file))

    assert [one.returncode for one in (checked, done, again)] == [0, 0, 0], done.stderr
    assert (nothing, counts(world)) == ((0, 0, 0), (1, 3, 3))
    assert "将导入：新建 3" in checked.stdout
    assert "已导入：新建 3，修改 0，没有变化 0；同时新建显示屏 3、线路 1。" in done.stdout
    assert "已导入：新建 0，修改 0，没有变化 3" in again.stdout
    with world.core.config.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.action, last.user_id) == ("vehicle.import", None)


def test_a_wrong_row_is_reported_and_nothing_is_imported(world: World, tmp_path: Path) -> None:
    root_unit(world)
    file = tmp_path / "点位.csv"
    rows = (("甲", "其他", ""), ("乙", "城堡", ""), ("丙", "其他", "李四"))
    file.write_bytes(csv(("名称", "类型", "经办人"), *rows))

    done = run(world, "import", "venues", str(file))

    assert done.returncode == 1
    assert "第 3 行 问题：类型：没有“城堡”这一项" in done.stdout
    assert "row 3, wrong: Kind: There is no 城堡" in done.stdout
    assert "这些列没有用到：经办人。" in done.stdout
    assert "1 处问题，什么都没有导入。" in done.stderr
    assert counts(world) == (0, 0, 0)


def test_an_unreadable_table_is_reported_in_a_sentence(world: World, tmp_path: Path) -> None:
    root_unit(world)
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"PK\x03\x04 not really")

    done = run(world, "import", "lines", str(file))

    assert done.returncode == 1
    assert "另存为" in done.stderr
    assert "Traceback" not in done.stderr
