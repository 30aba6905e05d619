"""Each figure that people read is worked out in one place: nothing else divides what it is made of.

Two pages that divide by themselves divide by different things sooner or later; whether they print
the same is held by tests/server/reporting/delivery/test_pages_agree.py.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PARTS = {
    "attested", "awaited", "confirmed", "fresh", "part", "pending", "proven", "reached",
    "running", "up", "waiting",
}  # fmt: skip
WHOLES = {
    "covered_of", "due", "expected", "judged", "monitored", "observed", "should", "venues", "whole",
}  # fmt: skip
PLACES = {
    "server/accountability/coverage/figures.py": "覆盖率",
    "server/accountability/coverage/service.py": "待回传点位日占比",
    "server/monitoring/availability/calculator.py": "per cent to two decimals",
    "server/monitoring/availability/distribution.py": "median and lowest tenth",
    "server/monitoring/availability/rates.py": "在线率, 正常播放率, 日志回传及时率, 达标",
    "server/reporting/delivery/figures.py": "播放完成率",
}
ELSE = {
    "server/campaigns/workflow/serializers.py": "the plays that a campaign is heading for",
    "server/monitoring/fleet/tree.py": "in which order screens are listed",
    "server/web/templates/board/parts.html": "how wide a bar is",
}
IN_A_TEMPLATE = re.compile(rf"\.({'|'.join(sorted(PARTS))}) / ")


def names_in(node: ast.AST) -> Iterator[str]:
    """What a term is made of: names, attributes, constant keys."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.Attribute):
            yield one.attr
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def divisions(source: str) -> Iterator[int]:
    """Lines on which a part is divided by a whole."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv):
            parts, wholes = set(names_in(node.left)), set(names_in(node.right))
            if parts & PARTS and wholes & WHOLES:
                yield node.lineno


def found() -> set[str]:
    here = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("server/**/*.py")
        if any(divisions(path.read_text(encoding="utf-8")))
    }
    return here | {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("server/web/templates/**/*.html")
        if IN_A_TEMPLATE.search(path.read_text(encoding="utf-8"))
    }


@pytest.mark.slow
def test_a_figure_is_divided_in_its_own_place_and_nowhere_else() -> None:
    assert found() == {*PLACES, *ELSE}


def test_a_second_rate_is_found_by_its_line() -> None:
    wrong = '"""A page."""\n\n\ndef rate(row):\n    return row["confirmed"] / row["expected"]\n'

    assert list(divisions(wrong)) == [5]
    assert IN_A_TEMPLATE.search("{{ 100 * row.confirmed / row.expected }}")
