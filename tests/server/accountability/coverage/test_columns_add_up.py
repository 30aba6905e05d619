"""Whatever venues do, each is in exactly one state, and the verdicts are those of simple sums."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.plays.on_air import keep_house
from tests.support.reporting.coverage import PLAYS_A_DAY, STATES, Town, check_ledger, day

pytestmark = [pytest.mark.slow, pytest.mark.long]

DAYS = 4
SHARE = Fraction(4, 5)
PLAYS = st.lists(st.integers(0, PLAYS_A_DAY), min_size=DAYS, max_size=DAYS)
SPANS = st.tuples(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1), st.integers(1, DAYS))


@dataclass(frozen=True)
class Case:
    """Venues with players, by plays of each screen a day and whether all were reported.

    And others.
    """

    players: list[tuple[list[list[int]], bool]]
    manual: list[list[tuple[int, int, int]]]
    without: int


CASES = st.builds(
    Case,
    players=st.lists(st.tuples(st.lists(PLAYS, min_size=1, max_size=2), st.booleans()), max_size=4),
    manual=st.lists(st.lists(SPANS, max_size=2), max_size=2),
    without=st.integers(0, 2),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_world(tmp_path_factory.mktemp("shared"))
    yield made
    made.close()


@given(CASES)
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_each_venue_is_in_one_state_by_plain_sums(
    shared: World, tmp_path_factory: pytest.TempPathFactory, case: Case
) -> None:
    folder: Path = tmp_path_factory.mktemp("photos")
    town = Town(shared, folder)
    unit = make_unit(shared)
    expected = stage(town, unit, case)

    before = of_unit(town, unit)
    keep_house(shared)

    assert before == of_unit(town, unit) == expected
    check_ledger(town, 0, DAYS - 1)


def stage(town: Town, unit: int, case: Case) -> Counter[str]:
    """Let all of it happen; answers how many venues should be in which state."""
    expected = Counter({"without_screen": case.without})
    venues = [town.opens(screens=len(played), unit=unit) for played, _ in case.players]
    by_hand = [town.manual(unit=unit) for _ in case.manual]
    for _ in range(case.without):
        town.opens(screens=0, unit=unit, access="none")
    town.becomes(DAYS)
    for screens, (played, has_reported) in zip(venues, case.players, strict=True):
        for screen, plays in zip(screens, played, strict=True):
            town.plays(screen, *plays)
            if has_reported:
                town.reports_all(screen)
        expected[verdict(played, has_reported)] += 1
    for venue, spans in zip(by_hand, case.manual, strict=True):
        expected[attested(town, venue, spans)] += 1
    return expected


def verdict(played: list[list[int]], has_reported: bool) -> str:
    good = [all(plays[at] >= 8 for plays in played) for at in range(DAYS)]
    if sum(good) >= SHARE * DAYS:
        return "reached"
    if has_reported:
        return "not_reached"
    waiting = [all(reach(plays, at) >= 8 for plays in played) for at in range(DAYS)]
    return "pending" if sum(waiting) >= SHARE * DAYS else "not_reached"


def reach(plays: list[int], at: int) -> int:
    """The most that a screen can still have shown: what comes after its last play is pending."""
    last = max((number for number in range(DAYS) if plays[number]), default=-1)
    if at > last:
        return PLAYS_A_DAY
    if at == last:
        return PLAYS_A_DAY
    return plays[at]


def attested(town: Town, venue: str, spans: list[tuple[int, int, int]]) -> str:
    author, reviewer = sign_in(town.world, "publicity"), sign_in(town.world, "reviewer")
    credit = [Fraction(0)] * DAYS
    for one, other, days in spans:
        first, last = sorted((one, other))
        length = last - first + 1
        claimed = min(days, length)
        attestation = town.attests(
            author, venue, **{"from": day(first), "to": day(last), "days": claimed}
        ).json["id"]
        assert town.shows(author, attestation).status_code == 201
        assert (
            reviewer.client.post(f"/api/v1/attestations/{attestation}/approve").status_code == 200
        )
        for at in range(first, last + 1):
            credit[at] = max(credit[at], Fraction(claimed, length))
    return "attested" if sum(credit, Fraction(0)) >= SHARE * DAYS else "unattested"


def of_unit(town: Town, unit: int) -> Counter[str]:
    found = town.ledger(0, DAYS - 1, unit_id=f"u_{unit}")["totals"]
    return Counter({state: found[state] for state in STATES if found[state]})
