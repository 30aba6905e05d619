"""Counts that may pass a thousand are printed with commas (1,234) on every page."""

import re
from collections.abc import Iterator
from pathlib import Path

TEMPLATES = Path(__file__).parents[3] / "server/web/templates"
COUNTS = {
    "all", "attested", "bad", "checks", "count", "dark", "delivered", "failed", "found",
    "good", "lasting", "not_reached", "on_air", "online", "photos", "plays", "plays_per_day",
    "reached", "running", "screens", "total", "updated", "used", "vehicles", "venues", "waiting",
}  # fmt: skip
PRINTED = re.compile(r"\{\{ *(?:\w+\.)*(\w+)(?:\[[^\]]*\])? *\}\}")
ATTRIBUTE = re.compile(r"""[\w-]+=(?:"(?:[^"{]|\{\{.*?\}\}|\{%.*?%\}|\{)*"|'[^'{]*')""")
IN_A_SENTENCE = re.compile(r"format\(([^()]*)\)")


def bare(line: str) -> Iterator[str]:
    """Counts that a line prints unformatted; those in attributes are for scripts and drawings."""
    for found in PRINTED.finditer(ATTRIBUTE.sub("", line)):
        if found[1] in COUNTS:
            yield found[0]


def test_no_page_prints_a_count_without_its_commas() -> None:
    found = [
        f"{path.relative_to(TEMPLATES)}:{number}: {one}"
        for path in sorted(TEMPLATES.glob("**/*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for one in bare(line)
    ]

    assert found == [], "write {{ count | thousands }}"


def test_a_bare_count_is_found_and_what_scripts_read_is_not() -> None:
    assert list(bare('<td class="num">{{ row.screens }}</td>')) == ["{{ row.screens }}"]
    assert list(bare('<td data-n="{{ row.screens }}">{{ name }}</td>')) == []
