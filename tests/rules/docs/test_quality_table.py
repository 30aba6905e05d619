"""docs/quality.md: twenty rules in three tiers, and of each feature how far it has come."""

import re

import pytest

from tests.support.quality.table import (
    COLUMNS,
    HELPERS,
    NO,
    NOT_ASKED,
    PAGE,
    PAGES,
    REASONS,
    ROOT,
    TIERS,
    YES,
    Feature,
    Route,
    features,
    kept,
    tier_of,
    with_table,
)

TEXT = PAGE.read_text(encoding="utf-8")


def rules() -> list[tuple[str, str]]:
    """The numbers of the rules, each with what holds it."""
    return re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", TEXT, re.MULTILINE)


@pytest.mark.slow
def test_the_table_is_that_of_the_tree() -> None:
    assert with_table(TEXT) == TEXT, "python -m tests.support.quality --write"


@pytest.mark.slow
def test_no_feature_is_below_the_first_tier() -> None:
    found = features()

    assert len(found) > 30
    assert [one.folder for one in found if tier_of(kept(one)) == 0] == []


def test_each_of_twenty_rules_is_held_by_a_test_or_a_column() -> None:
    assert [int(number) for number, _ in rules()] == list(range(1, 21))
    for number, held_by in rules():
        tests = re.findall(r"`(tests/[\w./-]+)`", held_by)
        assert tests or "column *" in held_by, number
        assert [one for one in tests if not (ROOT / one).exists()] == [], number


def test_each_column_is_a_rule() -> None:
    named = re.findall(r"column \*([^*]+)\*", " ".join(held for _, held in rules()))

    assert sorted(named) == sorted(COLUMNS)


def test_lists_by_hand_name_existing_features_and_decisions() -> None:
    folders = {one.folder for one in features()}

    assert {*PAGES, *HELPERS, *REASONS} - folders == set()
    assert [
        one for one in REASONS.values() if not (ROOT / f"docs/decisions/{one}.md").exists()
    ] == []


def test_a_tier_is_reached_where_nothing_up_to_it_is_missing() -> None:
    def with_no(*lacking: str) -> int:
        return tier_of({one: NO if one in lacking else YES for one in COLUMNS})

    assert with_no() == max(TIERS)
    assert with_no("own tests") == 0
    assert with_no("trail", "journey") == 1
    assert with_no("why") == 2
    assert tier_of({**dict.fromkeys(COLUMNS, YES), "trail": NOT_ASKED}) == max(TIERS)


def test_a_feature_is_spoken_of_by_its_modules_its_namesake_and_its_addresses() -> None:
    route = Route("post", "/api/v1/widgets/<widget_id>/turn", "")
    about = Feature("server/reporting/widgets", (route,)).spoken_of

    for spoken in (
        "server.reporting.widgets.service",
        "tests.support.reporting.widgets",
        '"/api/v1/widgets/w_1/turn"',
        '"{site.base}/widgets/{one}/turn?lang=en"',
    ):
        assert about.search(spoken), spoken
    for silent in ('"/api/v1/widgets"', '"/x/widgets/w_1/turn"', "server.reporting.widgets_old"):
        assert about.search(silent) is None, silent


def test_what_players_hand_in_and_what_only_asks_needs_no_trail() -> None:
    assert Route("post", "/api/v1/widgets", "").writes
    assert not Route("get", "/api/v1/widgets", "").writes
    assert not Route("post", "/api/v1/player/plays", "@screen_only\n").writes
    assert not Route("post", "/api/v1/widgets/check", "@changes_nothing\n").writes
