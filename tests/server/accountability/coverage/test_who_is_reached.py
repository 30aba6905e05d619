"""When a venue with players is reached: its days by each screen's plays, then its share of days."""

from dataclasses import replace

import pytest
from sqlalchemy import delete

from playlists.wire.manifest import encode
from server.inventory.screens.models import Screen, ScreenPause
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.last_contact import Contact
from server.playlog.store.snapshot import snapshot
from server.publishing.models import Tenure
from tests.support.app.campaigns import draft, open_office
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import ALWAYS, make_screen, make_venue
from tests.support.app.people import sign_in
from tests.support.plays.on_air import hand_in_all, keep_house, put_on_air
from tests.support.plays.plays import make_programme, programme_of
from tests.support.reporting.coverage import MIDNIGHT_MS, PROGRAMME, Town, states


@pytest.mark.slow
def test_a_day_counts_from_eight_of_ten_plays_on(town: Town) -> None:
    enough, short = town.opens("够")[0], town.opens("差")[0]
    town.becomes(1)
    town.plays(enough, 8)
    town.plays(short, 7)
    for screen in (enough, short):
        town.reports_all(screen)

    found = town.ledger(0, 0, group_by="venue")

    assert [
        (one["name"], one["state"], one["days"], one["days_met"]) for one in found["items"]
    ] == [
        ("够", "reached", 1, 1.0),
        ("差", "not_reached", 1, 0.0),
    ]


def test_a_venue_is_reached_from_four_of_five_days_on(town: Town) -> None:
    enough, short = town.opens("够")[0], town.opens("差")[0]
    town.becomes(5)
    town.plays(enough, 8, 8, 0, 9, 10)
    town.plays(short, 8, 8, 7, 9, 7)
    for screen in (enough, short):
        town.reports_all(screen)

    found = town.ledger(0, 4, group_by="venue")

    assert [(one["state"], one["days_met"]) for one in found["items"]] == [
        ("reached", 4),
        ("not_reached", 3),
    ]
    assert found["totals"]["coverage"] == 0.5


@pytest.mark.slow
def test_each_screen_of_a_venue_with_plays_due_has_to_reach_the_day(town: Town) -> None:
    one, other = town.opens("两屏", screens=2)
    town.becomes(1)
    town.plays(one, 10)
    town.plays(other, 7)
    for screen in (one, other):
        town.reports_all(screen)
    before = states(town.ledger(0, 0))
    town.plays(other, 8)

    assert (before, states(town.ledger(0, 0))) == ({"not_reached": 1}, {"reached": 1})


def test_a_screen_without_plays_due_does_not_lower_its_venue(town: Town) -> None:
    one, resting = town.opens("两屏", screens=2)
    with town.world.core.config.write() as session:
        session.execute(delete(Tenure).where(Tenure.screen_id == resting.id))
    town.becomes(1)
    town.plays(one, 10)

    assert states(town.ledger(0, 0)) == {"reached": 1}


@pytest.mark.slow
def test_pending_plays_make_a_day_pending_only_if_they_would_be_enough(town: Town) -> None:
    silent, hopeless = town.opens("静")[0], town.opens("无望")[0]
    town.becomes(2)
    town.plays(silent, 10)
    town.plays(hopeless, 7)
    town.plays(hopeless, 1, since=1)

    found = town.ledger(0, 1)

    assert states(found) == {"pending": 1, "not_reached": 1}
    assert found["pending_share"] == pytest.approx(2 / 4)
    assert found["totals"]["coverage"] == 0.0


@pytest.mark.slow
def test_a_screen_that_beats_with_plays_still_to_hand_in_is_awaited_and_not_blamed(
    town: Town,
) -> None:
    behind = town.opens()[0]
    town.becomes(1)
    contact = Contact(behind.id, town.world.clock.now_ms(), "b", 190, None)
    playback_of(town.world.app).contacts.note(contact)

    awaited = town.ledger(0, 0)
    town.plays(behind, 9)
    town.reports_all(behind)

    assert states(awaited) == {"pending": 1}
    assert states(town.ledger(0, 0)) == {"reached": 1}


@pytest.mark.slow
def test_days_without_plays_due_count_neither_way(town: Town) -> None:
    screen = town.opens()[0]
    town.becomes(2)
    town.plays(screen, 10, 10)

    longer = town.ledger(-3, 6, group_by="venue")

    assert (longer["items"][0]["days"], longer["items"][0]["state"]) == (2, "reached")


@pytest.mark.slow
def test_declared_pauses_are_due_all_the_same(town: Town) -> None:
    screen = town.opens()[0]
    user = sign_in(town.world, "admin").user_id
    with town.world.core.config.write() as session:
        session.add(
            ScreenPause(
                screen_id=screen.id,
                from_at=MIDNIGHT_MS + DAY_MS // 2,
                until_at=MIDNIGHT_MS + DAY_MS,
                reason="检修",
                user_id=user,
            )
        )
    town.becomes(1)
    town.plays(screen, 5)
    town.reports_all(screen)

    assert states(town.ledger(0, 0)) == {"not_reached": 1}


@pytest.mark.slow
def test_the_fallback_picture_reaches_nobody(town: Town) -> None:
    """Nine of ten slots are the fallback's: they were shown, and the campaign's was not."""
    screen = make_screen(town.world, enrolled_at=MIDNIGHT_MS)
    programme = make_programme(
        MIDNIGHT_MS, lengths_s=(8_640,) * 10, campaigns=(0, *[-1] * 9), names=("k_1",)
    )
    put_on_air(town.world, screen, programme, MIDNIGHT_MS)
    town.becomes(1)
    slots = programme.slots(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)
    hand_in_all(town.world, screen, programme, slots[1:])
    before = states(town.ledger(0, 0))
    hand_in_all(town.world, screen, programme, slots[:1], boot="00000000000000b2")

    assert (before, states(town.ledger(0, 0))) == ({"not_reached": 1}, {"reached": 1})


@pytest.mark.slow
def test_a_venues_own_content_reaches_nobody(town: Town) -> None:
    """The programme's campaign becomes filler: nothing else was due."""
    screen = town.opens()[0]
    town.becomes(1)
    town.plays(screen, 10)
    before = states(town.ledger(0, 0))
    office = open_office(town.world)
    assert draft(office, target={"kind": "filler", "value": None}) == "k_1"

    assert (before, states(town.ledger(0, 0))) == ({"reached": 1}, {"not_reached": 1})


@pytest.mark.slow
def test_folded_and_open_days_give_the_same(town: Town) -> None:
    screens = [town.opens(name)[0] for name in ("甲", "乙", "丙")]
    town.becomes(5)
    for screen, plays in zip(screens, ((10, 10, 8, 8, 9), (8, 7, 7, 9, 9), (10,) * 5), strict=True):
        town.plays(screen, *plays)
        town.reports_all(screen)
    before = town.ledger(0, 4, group_by="day")
    keep_house(town.world)
    with snapshot(town.world.core.plays) as tx:
        assert tx.number("SELECT COUNT(*) FROM folds WHERE until_day - first_day = 5") == 3

    after = town.ledger(0, 4, group_by="day")

    assert before["items"] == after["items"]
    assert before["totals"] == after["totals"]


def test_plays_that_come_late_turn_the_verdict_also_on_days_that_were_folded(town: Town) -> None:
    screen = town.opens()[0]
    town.becomes(3)
    town.plays(screen, 10, 0, 10)
    town.reports_all(screen)
    keep_house(town.world)
    before = states(town.ledger(0, 2))
    town.plays(screen, 8, since=1)

    assert (before, states(town.ledger(0, 2))) == ({"not_reached": 1}, {"reached": 1})


def test_a_screen_that_moved_counts_for_its_venue_of_that_time(town: Town) -> None:
    screen = town.opens("旧址")[0]
    there = town.opens("新址", screens=0)
    assert there == []
    town.becomes(1)
    town.plays(screen, 10)
    keep_house(town.world)
    with town.world.core.config.write() as session:
        session.get_one(Screen, screen.id).venue_id = screen.venue_id + 1
    keep_house(town.world)
    town.becomes(2)
    town.plays(screen, 3, since=1)
    town.reports_all(screen)

    found = town.ledger(0, 1, group_by="venue")["items"]

    assert [(one["name"], one["state"], one["days"]) for one in found] == [
        ("旧址", "reached", 1),
        ("新址", "not_reached", 1),
    ]


@pytest.fixture
def school(town: Town) -> Town:
    """Closed at the weekend, when nothing is planned in the whole district; six days have gone."""
    world, (whole,) = town.world, PROGRAMME.plan.manifest.segments
    friday, monday = (MIDNIGHT_MS + days * DAY_MS for days in (4, 6))
    segments = replace(whole, until_ms=friday), replace(whole, from_ms=monday)
    workdays = programme_of(encode(replace(PROGRAMME.plan.manifest, segments=segments)))
    venue = make_venue(world, hours={str(number): ALWAYS for number in range(1, 6)})
    screen = make_screen(world, venue=venue, enrolled_at=MIDNIGHT_MS)
    put_on_air(world, screen, workdays, MIDNIGHT_MS)
    town.becomes(6)
    slots = workdays.slots(MIDNIGHT_MS, MIDNIGHT_MS + 6 * DAY_MS)
    hand_in_all(world, screen, workdays, slots)
    town.reports_all(screen)
    return town


@pytest.mark.slow
@pytest.mark.parametrize("folded", [False, True])
def test_a_day_without_plays_due_is_the_same_by_day_and_alone(school: Town, folded: bool) -> None:
    if folded:
        keep_house(school.world)
    alone = school.ledger(4, 4)["totals"]

    saturday = school.ledger(0, 5, group_by="day")["items"][4]

    assert (alone["closed"], alone["venues"]) == (1, 0)
    assert {name: saturday[name] for name in alone} == alone
