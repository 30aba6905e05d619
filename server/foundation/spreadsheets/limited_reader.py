"""Parses uploaded tables in a child process with limits, against crafted files.

A workbook of a few kilobytes may unpack to minutes of processor time. In a serving process a child
parses it: niced, limited in time and memory, two at once, with a short queue so that callers are
answered in time.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from media.sandbox.subprocess_limits import MIB, Bounds, ProgramFailed, python_argv, run
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.runtime.blocking import is_on_the_loop
from server.foundation.runtime.turns import Turns
from server.foundation.spreadsheets.reader import Cell, Column, Row, Sheet, read_sheet

CHILD: Final = "server.foundation.spreadsheets.limited_reader"
AT_ONCE: Final = 2
WAITING: Final = 6
PATIENCE_S: Final = 60.0
BOUNDS: Final = Bounds(
    seconds=30, memory_bytes=768 * MIB, output_bytes=MIB, file_bytes=128 * MIB
)  # 20,000 rows of 60 columns take 6 s and 300 MiB on a slow machine
TOO_COSTLY: Final = Sentence(
    "读取这个表格耗时过长或占用内存过多，已停止。请删去多余的工作表、空行和格式后另存再试。",
    "Reading this table took too long or too much memory: remove sheets, rows and formats that "
    "aren't needed, save it and try again.",
)
MANY_TABLES: Final = Sentence(
    "正在读取其他人上传的表格，请一分钟后重试。",
    "Tables that others sent are being read: try again in a minute.",
)
_SPECIAL: Final[dict[str, Callable[[str], Cell]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda text: timedelta(microseconds=int(text)),
}


TURNS: Final = Turns(AT_ONCE, WAITING, PATIENCE_S, MANY_TABLES)


def read_bounded(content: bytes, columns: Sequence[Column]) -> Sheet:
    """As `read_sheet`; in a child if this process serves others.

    Raises Invalid at `/file`, also beyond the limits, and Busy.
    """
    if not is_on_the_loop():
        return read_sheet(content, columns)
    with TURNS.turn():
        return _read_in_child(content, columns)


def _read_in_child(content: bytes, columns: Sequence[Column]) -> Sheet:
    with tempfile.TemporaryDirectory(prefix="anping-table-") as name:
        folder = Path(name)
        (folder / "table").write_bytes(content)
        (folder / "columns").write_text(json.dumps([asdict(one) for one in columns]))
        try:
            done = run(python_argv(CHILD, name), BOUNDS)
        except ProgramFailed as error:
            raise Invalid.at("/file", TOO_COSTLY) from error
        if done.returncode != 0:
            raise Invalid.at("/file", TOO_COSTLY)
        found = json.loads((folder / "sheet").read_text())
    if "invalid" in found:
        raise Invalid.at("/file", Sentence(*found["invalid"]))
    return _sheet(found)


def main(name: str) -> None:
    """The child: parse `table` in the folder and write the result to `sheet`."""
    folder = Path(name)
    columns = [
        Column(one["name"], tuple(one["headings"]), one["required"])
        for one in json.loads((folder / "columns").read_text())
    ]
    try:
        found = _plain(read_sheet((folder / "table").read_bytes(), columns))
    except Invalid as error:
        found = {"invalid": [error.detail.zh, error.detail.en]}
    (folder / "sheet").write_text(json.dumps(found))


def _plain(sheet: Sheet) -> dict[str, Any]:
    rows = [
        [row.number, [_encoded(cell) for cell in row.cells]] for row in (sheet.head, *sheet.rows)
    ]
    return {"rows": rows, "places": dict(sheet.places)}


def _sheet(found: dict[str, Any]) -> Sheet:
    head, *rows = (Row(number, [_cell(one) for one in cells]) for number, cells in found["rows"])
    return Sheet(head, rows, found["places"])


def _encoded(cell: Cell) -> Any:
    """A cell in JSON; types without a JSON form are tagged with their names."""
    if isinstance(cell, timedelta):
        return {"timedelta": str(cell // timedelta(microseconds=1))}
    if isinstance(cell, (datetime, date, time)):
        return {type(cell).__name__: cell.isoformat()}
    return cell


def _cell(encoded: Any) -> Cell:
    if not isinstance(encoded, dict):
        cell: Cell = encoded
        return cell
    ((kind, text),) = encoded.items()
    return _SPECIAL[kind](text)


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
