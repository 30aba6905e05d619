"""`import venues|lines|vehicles|screens FILE`: a table, checked or imported."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from server.foundation.i18n import Sentence
from server.operations.commands.common import core_at_hand, echo, stop, stop_on_error

if TYPE_CHECKING:
    from server.accounts.actor import Actor
    from server.foundation.core import Core
    from server.inventory.imports.service import Order

NOUNS: Final = ("venues", "lines", "vehicles", "screens")


@click.command(
    "import", help="导入点位、线路、车辆或显示屏 Import venues, lines, vehicles or screens."
)
@click.argument("noun", type=click.Choice(NOUNS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查 Only say what would be done.")
@click.option("--unit", help="未填责任单位的归入 Unit of rows without one (u_…).")
@click.option(
    "--coord",
    type=click.Choice(["wgs84", "gcj02", "bd09"]),
    default="wgs84",
    show_default=True,
    help="未填坐标系的经纬度 Coordinates of rows that don't say.",
)
@click.option("--new-lines", is_flag=True, help="新建缺少的线路 Make lines that are missing.")
def import_table(noun: str, file: Path, **options: Any) -> None:
    """Import a table; with faults or as a dry run only print them."""
    from server.inventory.imports.registry import TABLES
    from server.inventory.imports.service import Order, check_table
    from server.inventory.imports.service import import_table as do_import

    table = TABLES[noun]
    order = Order(table, file.read_bytes(), options["unit"], options["coord"], options["new_lines"])
    with core_at_hand() as core, stop_on_error():
        actor = _operator(core)
        found = check_table(core, actor, order)
        _print_rows(order, found)
        if found["fault_count"]:
            stop(*_to_mend(found))
        if not options["dry_run"]:
            found = do_import(core, actor, order)
    echo(*_counts(found))


def _operator(core: "Core") -> "Actor":
    """An actor for the server's console: over the whole district, without an account."""
    from server.accounts.actor import Actor, Grant
    from server.accounts.queries import root_unit

    with core.config.read() as session:
        root = root_unit(session)
    return Actor(0, "", 0 if root is None else root.id, (Grant("admin", "/"),))


def _print_rows(order: "Order", found: dict[str, Any]) -> None:
    from server.inventory.imports.columns.fields import titles

    named = titles(order.table.accepted)
    for kind, zh, en in (("faults", "问题", "wrong"), ("notes", "请核对", "look")):
        for one in found[kind]:
            title, detail = named[one["column"]], one["detail"]
            click.echo(f"第 {one['row']} 行 {zh}：{title.zh}：{detail.zh}")
            click.echo(f"    row {one['row']}, {en}: {title.en}: {detail.en}")
    if found["unknown"]:
        names = "、".join(found["unknown"])
        echo(f"这些列没有用到：{names}。", f"these columns are not used: {names}")


def _to_mend(found: dict[str, Any]) -> Sentence:
    count, shown = found["fault_count"], len(found["faults"])
    more = count > shown
    return Sentence(
        f"{count} 处问题，什么都没有导入。" + (f"只列出前 {shown} 处。" if more else ""),
        f"{count} faults: nothing was imported." + (f" The first {shown} are listed." * more),
    )


def _counts(found: dict[str, Any]) -> Sentence:
    done = ("已导入", "imported") if found["applied"] else ("将导入", "would be imported")
    beside = found["also"]
    screens, lines = beside.get("screens", 0), beside.get("lines", 0)
    return Sentence(
        f"{done[0]}：新建 {found['made']}，修改 {found['changed']}，"
        f"没有变化 {found['unchanged']}；同时新建显示屏 {screens}、线路 {lines}。",
        f"{done[1]}: {found['made']} new, {found['changed']} changed, "
        f"{found['unchanged']} without a change; with {screens} screens, {lines} lines.",
    )
