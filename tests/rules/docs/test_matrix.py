"""Promises about attacks and faults name existing tests, and the docs have the same rows."""

import ast
import re
from functools import cache

import pytest

from tests.support.matrix.__main__ import chosen
from tests.support.matrix.faults import FAULTS
from tests.support.matrix.rows import POSTGRESQL, Promise, Row, file_of, is_javascript
from tests.support.matrix.running import (
    ALONE,
    ROOT,
    Note,
    of_browsers,
    of_test,
    read_tap,
)
from tests.support.matrix.security import SECURITY
from tests.support.matrix.tables import PAGES, in_markdown, printed, with_table
from tests.support.matrix.verdicts import NOT_YET, PASS, SHORT, figures, judge

PROMISES = [promise for row in (*SECURITY, *FAULTS) for promise in row.promises]
NAMED = sorted({test for one in PROMISES for test in (*one.shown_by, *one.long)})
CHOSEN = (
    (["security"], {"security": 31, "faults": 0}),
    (["faults"], {"security": 0, "faults": 19}),
    (["s22", "s31", "f4", "--long"], {"security": 2, "faults": 1}),
    ([], {"security": 31, "faults": 19}),
)
HELD = (Promise("it holds", ("t.py::test_a",)), Promise("so does it", ("t.py",)))
ROW = Row(1, "a", "甲", HELD)
GROUPS = (
    "安全物理环境",
    "安全通信网络",
    "安全区域边界",
    "安全计算环境",
    "安全管理中心",
    "安全管理制度",
    "安全管理机构",
    "安全管理人员",
    "安全建设管理",
    "安全运维管理",
)


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@cache
def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def test_there_are_as_many_rows_as_were_promised() -> None:
    assert [row.number for row in SECURITY] == list(range(1, 32))
    assert [row.number for row in FAULTS] == list(range(1, 20))


@pytest.mark.parametrize("test", NAMED)
def test_each_test_that_is_named_is_there(test: str) -> None:
    file, _, name = test.partition("::")

    assert (ROOT / file).is_file()
    if is_javascript(test):
        assert not name or f'test("{name}"' in text_of(file)
    else:
        assert not name or name in functions_of(file)
        assert any(one.startswith("test_") for one in functions_of(file))


def test_rows_without_tests_are_marked_and_no_others() -> None:
    assert [one.words for one in PROMISES if one.shown_by and one.lacks] == []
    assert [row.name for row in (*SECURITY, *FAULTS) if not row.promises] == []


@pytest.mark.parametrize(("page", "rows"), PAGES)
def test_the_docs_have_each_row_with_its_tests(page: str, rows: tuple[Row, ...]) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    assert with_table(text, rows) == text, "python -m tests.support.matrix --write"


@pytest.mark.parametrize("page", ["security", "dengbao", "hardening", "reliability", "upgrading"])
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    quoted = " ".join(re.findall(r"`([^`\n]+)`", text))
    named = re.findall(r"(?<![\w./-])((?:tests|server|deploy|docs|media|player)/[\w./-]+)", quoted)
    linked = [one for one in re.findall(r"\]\(([^)#]+)", text) if "://" not in one]

    assert named
    assert [one for one in named if not (ROOT / one).exists()] == []
    assert [one for one in linked if not (ROOT / "docs" / one).exists()] == []


def test_the_mapping_names_each_group_of_controls() -> None:
    text = (ROOT / "docs/dengbao.md").read_text(encoding="utf-8")

    assert [one for one in GROUPS if f"## {one}" not in re.sub(r"## \d+ ", "## ", text)] == []
    assert "国密" in text
    assert len(re.findall(r"`tests/[\w./-]+`", text)) >= 10


def test_exclusions_from_the_promises_are_listed() -> None:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    exclusions = text.split("## What is not promised")[1].split("\n## ")[0]

    assert "compromised server" in exclusions
    assert "被攻陷的服务器" in text.split("## 不承诺")[1].split("\n## ")[0]
    assert exclusions.count("\n- ") >= 6


def test_tests_marked_for_postgresql_run_there_once_more() -> None:
    row = Row(1, "a", "甲", (Promise("it holds", ("t.py",), on_postgresql=("t.py",)),))
    here, there = (Note(f"{where}t.py::test_a", "passed", 1.0) for where in ("", POSTGRESQL))

    assert row.tests() == ("t.py", f"{POSTGRESQL}t.py")
    assert judge(row, [here]).verdict == SHORT
    assert judge(row, [here, there]).verdict == PASS
    assert [one for one in PROMISES if not set(one.on_postgresql) <= set(one.shown_by)] == []


@pytest.mark.parametrize(("words", "rows"), CHOSEN)
def test_tables_and_rows_are_chosen_by_name(words: list[str], rows: dict[str, int]) -> None:
    assert {word: len(found) for word, _, found in chosen(words)} == rows


def test_a_row_passes_when_each_of_its_tests_has() -> None:
    notes = [Note("t.py::test_a", "passed", 1.0), Note("t.py::test_b[1]", "passed", 2.5)]

    judged = judge(ROW, notes)

    assert (judged.verdict, judged.seconds, judged.tests) == (PASS, 3.5, 2)


@pytest.mark.parametrize(
    ("notes", "why"),
    [
        ([Note("t.py::test_a", "passed", 1.0), Note("t.py::test_b", "failed", 1.0, "x")], "x"),
        ([Note("t.py::test_a", "skipped", 0.0, "no root")], "skipped no root"),
        ([], "was not run"),
    ],
)
def test_a_row_falls_short_when_one_failed_was_skipped_or_did_not_run(
    notes: list[Note], why: str
) -> None:
    judged = judge(ROW, notes)

    assert judged.verdict == SHORT
    assert why in judged.faults[0]


def test_a_promise_without_a_test_is_reported_and_keeps_its_row_from_passing() -> None:
    row = Row(2, "a", "甲", (Promise("soon", lacks="no machine"), Promise("it", ("t.py",))))

    judged = judge(row, [Note("t.py::test_a", "passed", 1.0)])

    assert (judged.verdict, judged.faults) == (NOT_YET, ("no test yet: soon (no machine)",))
    assert any("no machine" in line for line in printed("A", [judged]))
    assert "**no test yet**" in in_markdown([row])


def test_long_forms_count_where_they_were_run() -> None:
    row = Row(3, "a", "甲", (Promise("it holds", long=("t.py::test_long",)),))
    notes = [Note("t.py::test_long", "passed", 60.0)]

    assert (judge(row, notes).verdict, judge(row, notes, long=True).verdict) == (NOT_YET, PASS)
    assert row.tests() == ()
    assert row.tests(long=True) == ("t.py::test_long",)


def test_the_output_of_tests_is_below_their_row() -> None:
    output = "\n20 s\n" + "more\n" * 20
    notes = [
        Note("t.py::test_a_b[1]", "passed", 1.0, output=output),
        Note("t.py::test_b", "passed", 1),
    ]

    judged = judge(ROW, notes)

    assert judged.figures == ("a b[1]: 20 s", *["a b[1]: more"] * 5)
    assert any(line.strip() == "a b[1]: 20 s" for line in printed("A", [judged]))


def test_what_runs_by_itself_is_there() -> None:
    assert [one for one in ALONE if not (ROOT / one).is_file()] == []


def test_names_select_their_parameters_and_files_all_they_have() -> None:
    notes = [Note("a.py::test_b[x]", "passed", 0), Note("a.py::test_bc", "passed", 0)]

    assert of_test("a.py::test_b", notes) == notes[:1]
    assert of_test("a.py", notes) == notes
    assert file_of("a.py::test_b") == "a.py"


def test_what_node_prints_is_read() -> None:
    printed_by_node = [
        "TAP version 13",
        "# Subtest: a file isn't kept \\# twice",
        "ok 1 - a file isn't kept \\# twice",
        "  ---",
        "  duration_ms: 12.5",
        "not ok 2 - it fails",
        "  duration_ms: 3",
        "ok 3 - later # SKIP",
        "  duration_ms: 0",
        "1..3",
    ]

    notes = list(read_tap("a.test.js", printed_by_node))

    assert notes[0] == Note("a.test.js::a file isn't kept # twice", "passed", 0.0125)
    assert [note.outcome for note in notes] == ["passed", "failed", "skipped"]


def test_each_file_for_a_browser_is_run_by_itself_and_others_are_not() -> None:
    screens = "tests/journeys/screens/test_a_screen_survives.py"
    pages = "tests/server/web/console/test_every_page.py"
    both = [
        f"{screens}::test_a",
        "tests/rules/schema/test_migrations.py",
        f"{pages}::test_b",
        screens,
    ]

    assert of_browsers(both) == [[f"{screens}::test_a", screens], [f"{pages}::test_b"]]


def test_what_a_test_logs_is_no_figure_of_it() -> None:
    logged = "2026-11-28 02:43:04 [info     ] sign_in_rejected  address=127.0.0.1\n│ 310 in x\n"
    output = f"{logged}\n12 ms at most\n"

    assert figures(Note("t.py::test_it_is_fast", "passed", 1.0, "", output)) == [
        "it is fast: 12 ms at most"
    ]
