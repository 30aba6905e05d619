"""Pages name no figure that is missing in docs/metrics.md."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.support.monitoring.printed_metrics import documented

ROOT = Path(__file__).parents[3]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
NAMED = re.compile(r"\banping_[a-z_]*[a-z]")
PARTS: Final = re.compile(r"_(bucket|count|sum|created)$")
NO_FIGURES: Final = frozenset({"anping_kiosk", "anping_session"})
"""A package and a cookie."""


def of_nginx() -> set[str]:
    """Names of its upstreams, zones and caches."""
    texts = [one.read_text(encoding="utf-8") for one in (ROOT / "deploy/nginx").glob("*.conf")]
    return {name for text in texts for name in NAMED.findall(text)}


def strange(text: str) -> set[str]:
    """Names that nothing has; the beginning of a name, as one asks `grep` for, is enough."""
    there = documented()
    named = {PARTS.sub("", name) for name in NAMED.findall(text)} - NO_FIGURES - of_nginx()
    return {name for name in named if not any(one.startswith(name) for one in there)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_figure_that_a_page_names_is_one(page: Path) -> None:
    assert strange(page.read_text(encoding="utf-8")) == set()


def test_a_figure_that_is_gone_is_found() -> None:
    assert strange("see `anping_beats_total` and `anping_hearts_total`") == {"anping_hearts_total"}
