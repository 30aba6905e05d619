"""Change notices to open pages: to whom, how often, from where, at what cost."""

from collections.abc import Iterator
from itertools import permutations

import pytest
from sqlalchemy import delete, event

from server.accounts.auth.sessions import IDLE_MS
from server.accounts.models import User, UserRole
from server.app import build_core
from server.gateway.page_hints.audience import whereabouts
from server.gateway.page_hints.from_other_processes import Letters
from server.gateway.page_hints.namespace import following_of, hints_of
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from tests.support.app.campaigns import Office, act, bank, draft, open_office, picture, signed
from tests.support.app.console_sockets import OpenPage, notify_pages
from tests.support.app.world import World

pytestmark = pytest.mark.slow
NOBODYS = 999


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def letters(world: World) -> Iterator[Letters]:
    opened = Letters(world.core.settings.data)
    yield opened
    opened.close()


def test_a_campaign_that_is_sent_for_sign_off_is_hinted_to_its_reviewer(office: Office) -> None:
    campaign = draft(office)
    page = OpenPage(office.world, office.reviewer.client, "waiting")
    notify_pages(office.world, 1.0)
    page.received_topics()

    act(office.author, campaign, "submit", include_assets=True)
    notify_pages(office.world, 3.0)

    assert page.received_topics() == ["waiting"]


def test_many_changes_within_a_second_are_one_hint_and_none_is_lost(office: Office) -> None:
    page = OpenPage(office.world, office.author.client, "media")
    received = []
    for tenth in range(25):
        picture(office)
        notify_pages(office.world, 100 + tenth / 10)
        received += page.received_topics()
    notify_pages(office.world, 104.0)

    assert received == ["media"] * 3
    assert page.received_topics() == ["media"]
    notify_pages(office.world, 106.0)
    assert page.received_topics() == []


def test_a_rolled_back_change_is_not_notified(office: Office) -> None:
    screen = bank(office.world)
    page = OpenPage(office.world, office.author.client, "screens")

    with office.world.core.config.write() as session:
        session.get_one(Screen, screen.id).name = "侧门"
        session.flush()
        session.rollback()
    notify_pages(office.world, 1.0)

    assert page.received_topics() == []


def test_topics_that_there_are_not_are_not_followed(office: Office) -> None:
    page = OpenPage(office.world, office.author.client, "waiting", "users", "")

    assert page.follows == ["waiting"]
    assert page.send("watch", {"topics": "waiting"}) == {"topics": []}
    assert page.send("watch", "waiting") == {"topics": []}


def test_a_change_is_notified_to_its_unit_and_to_nobody_beside(office: Office) -> None:
    mine = OpenPage(office.world, office.author.client, "media", "campaigns", "waiting", "screens")
    theirs = OpenPage(
        office.world, office.stranger.client, "media", "campaigns", "waiting", "screens"
    )

    signed(office, draft(office))
    bank(office.world)
    notify_pages(office.world, 1.0)

    assert sorted(mine.received_topics()) == ["campaigns", "media", "screens", "waiting"]
    assert theirs.received_topics() == []


def test_where_places_are_is_found_in_whatever_order_they_changed(office: Office) -> None:
    screen = bank(office.world)
    with office.world.core.config.read() as session:
        venue = session.get_one(Screen, screen.id).venue_id
        places = [("unit", office.author.unit_id), ("venue", venue), ("screen", screen.id)]
        found = [
            whereabouts(session, order) for order in permutations([*places, ("campaign", NOBODYS)])
        ]

    assert found == [found[0]] * 24
    assert {kind: where.venue for (kind, _), where in found[0].items()} == {
        "unit": None,
        "venue": venue,
        "screen": venue,
    }


def test_a_venue_that_moves_is_notified_to_its_old_and_new_unit(office: Office) -> None:
    screen = bank(office.world)
    theirs = OpenPage(office.world, office.stranger.client, "screens")
    with office.world.core.config.write() as session:
        venue = session.get_one(Venue, session.get_one(Screen, screen.id).venue_id)
        venue.unit_id = office.stranger.unit_id
    notify_pages(office.world, 1.0)

    assert theirs.received_topics() == ["screens"]


def test_a_change_of_another_process_arrives_through_a_note(
    office: Office, letters: Letters
) -> None:
    screen = bank(office.world)
    page = OpenPage(office.world, office.author.client, "screens")
    other = build_core(office.world.core.settings, office.world.clock)
    with other.config.write() as session:
        session.get_one(Screen, screen.id).name = "侧门"
    other.config.engine.dispose()
    other.plays.engine.dispose()

    written = letters.next(2.0)
    assert written is not None
    hints_of(office.world.app).take(written)
    notify_pages(office.world, 1.0)

    assert page.received_topics() == ["screens"]


def test_a_process_that_nobody_listens_to_goes_on(office: Office) -> None:
    screen = bank(office.world)
    other = build_core(office.world.core.settings, office.world.clock)

    with other.config.write() as session:
        session.get_one(Screen, screen.id).name = "侧门"
    other.config.engine.dispose()
    other.plays.engine.dispose()

    with office.world.core.config.read() as session:
        assert session.get_one(Screen, screen.id).name == "侧门"


def test_fifty_open_pages_cost_one_query_a_round_and_none_while_nothing_changes(
    office: Office,
) -> None:
    people = (office.author, office.reviewer, office.stranger)
    pages = [
        OpenPage(office.world, people[n % 3].client, "media", "screens", "waiting", "campaigns")
        for n in range(50)
    ]
    notify_pages(office.world, 1.0)
    asked: list[str] = []
    engine = office.world.core.config.engine

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    signed(office, draft(office))
    event.listen(engine, "before_cursor_execute", note)
    notify_pages(office.world, 3.0)
    busy, quiet = (
        len(asked),
        [notify_pages(office.world, 3.5 + n) for n in range(20)] and len(asked),
    )
    event.remove(engine, "before_cursor_execute", note)

    assert (busy, quiet) == (1, 1)
    assert sum(bool(page.received_topics()) for page in pages) == 34  # those of the two with access


@pytest.mark.parametrize("origin", ["", "https://elsewhere.example", "null"])
def test_a_page_of_another_origin_is_not_let_in(office: Office, origin: str) -> None:
    assert not OpenPage(office.world, office.author.client, origin=origin).is_open


def test_who_is_not_signed_in_is_not_let_in(office: Office) -> None:
    assert not OpenPage(office.world, office.world.visitor()).is_open


def test_a_session_that_is_closed_takes_its_socket_along_and_no_other(office: Office) -> None:
    mine = OpenPage(office.world, office.author.client, "media")
    other = OpenPage(office.world, office.reviewer.client, "media")

    office.author.client.delete("/api/v1/session")
    notify_pages(office.world, 1.0)

    assert (mine.is_open, other.is_open) == (False, True)


def test_a_session_that_ran_out_takes_its_socket_along(office: Office) -> None:
    page = OpenPage(office.world, office.author.client, "media")
    notify_pages(office.world, 1.0)

    office.world.clock.forward(IDLE_MS)
    notify_pages(office.world, 40.0)

    assert not page.is_open


def test_a_locked_out_person_gets_no_more_notices(office: Office) -> None:
    page = OpenPage(office.world, office.author.client, "media")
    with office.world.core.config.write() as session:
        session.get_one(User, office.author.user_id).disabled = True
    notify_pages(office.world, 1.0)

    assert not page.is_open


def test_a_person_who_lost_his_role_gets_no_more_notices(office: Office) -> None:
    page = OpenPage(office.world, office.author.client, "media")
    with office.world.core.config.write() as session:
        person = session.get_one(User, office.author.user_id)
        person.roles.clear()
    notify_pages(office.world, 1.0)
    picture(office)
    notify_pages(office.world, 3.0)

    assert page.received_topics() == []


def test_a_role_that_another_worker_took_away_unheard_of_is_noticed_within_half_a_minute(
    office: Office,
) -> None:
    page = OpenPage(office.world, office.author.client, "media")
    notify_pages(office.world, 1.0)
    with office.world.core.config.engine.begin() as elsewhere:  # whose listeners aren't these
        elsewhere.execute(delete(UserRole).where(UserRole.user_id == office.author.user_id))

    notify_pages(office.world, 31.0)
    picture(office)
    notify_pages(office.world, 33.0)

    assert page.received_topics() == []
    following = following_of(office.world.app)
    assert [person.grants for person in following.people.values()] == [()]


def test_a_person_has_so_many_pages_and_no_more(office: Office) -> None:
    pages = [OpenPage(office.world, office.author.client) for _ in range(51)]

    assert [page.is_open for page in pages] == [True] * 50 + [False]
    assert OpenPage(office.world, office.reviewer.client).is_open
