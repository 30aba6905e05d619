"""Where others are served a child reads the tables that people send, two at once and bounded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.factories.tables import xlsx
from tests.support.patience import PATIENCE_S
from tests.support.processes.server import ROOT

pytestmark = pytest.mark.slow

# Its own process, as gevent takes the standard library's place for good.
BEGIN = """
from gevent import monkey; monkey.patch_all()
import sys, gevent
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from server.foundation.spreadsheets import limited_reader
from server.foundation.spreadsheets.limited_reader import MANY_TABLES, _read_in_child, read_bounded
from server.foundation.runtime.turns import Turns
from server.foundation.errors import Busy, Invalid
from server.foundation.spreadsheets.reader import Column, read_sheet
COLUMNS = (Column("name", ("名称",)), Column("note", ("备注",), required=False))
content = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else b""
"""


def output_of(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + program, *arguments],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True,
        text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def table(folder: Path, *notes: object) -> str:
    path = folder / "table.xlsx"
    path.write_bytes(xlsx(("名称", "备注"), [(f"第 {n} 行", note) for n, note in enumerate(notes)]))
    return str(path)


def test_a_table_comes_out_of_the_child_as_it_is_read_here(tmp_path: Path) -> None:
    program = "print(read_bounded(content, COLUMNS) == read_sheet(content, COLUMNS))"

    assert output_of(program, table(tmp_path, "甲", 7, 0.25, True, None, "x" * 900)) == "True"


def test_days_times_and_numbers_without_end_pass_through() -> None:
    program = """
cells = [date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), time(6, 10), timedelta(hours=25),
    10**30, 1.5, True, None, "甲", float("inf")]
import json
told = json.loads(json.dumps([limited_reader._encoded(one) for one in cells]))
print([limited_reader._cell(one) for one in told] == cells)
"""
    assert output_of(program) == "True"


def test_another_file_is_refused_in_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(b"PK\x03\x04 and nothing that follows")
    program = """
try:
    read_bounded(content, COLUMNS)
except Invalid as error:
    print(error.detail.zh, error.faults[0].pointer)
"""
    assert output_of(program, str(path)) == (
        "读不出这个表格，请用 Excel 或 WPS 另存为 xlsx 或 csv 再试。 /file"
    )


@pytest.mark.parametrize("bound", ["seconds=0.01", "memory_bytes=8_000_000", "file_bytes=10"])
def test_one_that_takes_too_much_is_stopped_and_reported(tmp_path: Path, bound: str) -> None:
    program = f"""
limited_reader.BOUNDS = replace(limited_reader.BOUNDS, {bound})
try:
    read_bounded(content, COLUMNS)
except Invalid as error:
    print(error.detail is limited_reader.TOO_COSTLY)
"""
    assert output_of(program, table(tmp_path, "甲")) == "True"


def test_two_are_read_at_once_some_wait_and_further_ones_get_busy() -> None:
    program = """
turns = Turns(2, 6, 60, MANY_TABLES)
begun, ended, refused = [], gevent.event.Event(), []
def one(number):
    try:
        with turns.turn():
            begun.append(number)
            ended.wait()
    except Busy as error:
        refused.append((number, error.retry_after_s))
all = [gevent.spawn(one, number) for number in range(12)]
gevent.sleep(0)
gevent.idle()
print(begun, refused)
ended.set()
gevent.joinall(all)
print(len(begun))
"""
    refused = [(number, 60) for number in range(8, 12)]

    assert output_of("import gevent.event\n" + program).splitlines() == [f"[0, 1] {refused}", "8"]


def test_the_loop_goes_on_while_a_child_reads(tmp_path: Path) -> None:
    program = """
reading, turns = gevent.spawn(_read_in_child, content, COLUMNS), 0
while not reading.ready():
    turns += 1
    gevent.sleep(0.001)
print(turns > 20, len(reading.get().rows))
"""
    assert output_of(program, table(tmp_path, *range(2_000))) == "True 2000"
