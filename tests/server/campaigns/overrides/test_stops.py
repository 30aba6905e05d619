"""Stop: by one person at once; only another person, a reviewer, lifts it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from server.accounts.models import AuditEntry
from server.campaigns.events import TakeoversChanged
from server.campaigns.models import Stop
from server.campaigns.overrides.acknowledgements import note_receipt
from server.campaigns.overrides.active import load_live
from server.inventory.screens.queries import facts
from tests.support.app.campaigns import EVERYWHERE, Office, bank, call, open_office, picture
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import make_world


def stop(person: Person, mode: str = "safe", **selector: Any) -> Any:
    return call(person, "POST", "/stop", selector=selector or EVERYWHERE, mode=mode)


def shown(office: Office, screen: BoundScreen) -> tuple[str, str | None] | None:
    with office.world.core.config.read() as session:
        found = facts(session, [screen.id])[0]
        live = load_live(session, office.world.clock.now_ms()).for_screen(found)
    return live and (live.id, live.mode)


def test_one_person_stops_at_once_and_the_venues_policy_is_no_matter(office: Office) -> None:
    screen = bank(office.world, takeover_policy="never")

    made = stop(office.author, "black")

    assert made.status_code == 201
    assert (made.json["state"], made.json["mode"]) == ("live", "black")
    assert shown(office, screen) == (made.json["id"], "black")


@pytest.mark.slow
def test_a_stop_goes_before_the_newest_takeover(office: Office) -> None:
    screen = bank(office.world)
    stopped = stop(office.author).json["id"]
    body = {"asset_id": picture(office), "selector": EVERYWHERE}
    takeover = call(office.author, "POST", "/takeovers", **body).json["id"]
    call(office.reviewer, "POST", f"/takeovers/{takeover}/approve")

    assert shown(office, screen) == (stopped, "safe")
    call(office.reviewer, "DELETE", f"/stop/{stopped}")
    assert shown(office, screen) == (takeover, None)


def test_only_another_person_lifts_it(office: Office) -> None:
    screen = bank(office.world)
    by_reviewer = stop(office.reviewer).json["id"]
    other = sign_in(office.world, "reviewer", over=1)

    own = call(office.reviewer, "DELETE", f"/stop/{by_reviewer}")
    author = call(office.author, "DELETE", f"/stop/{by_reviewer}")
    lifted = call(other, "DELETE", f"/stop/{by_reviewer}")

    assert (own.status_code, own.json["code"]) == (403, "two_person")
    assert author.status_code == 403
    assert (lifted.json["state"], lifted.json["lifted_by"]) == ("ended", other.public_id)
    assert shown(office, screen) is None
    assert call(other, "DELETE", f"/stop/{by_reviewer}").status_code == 409


def test_the_database_itself_refuses_that_who_stopped_lifts(office: Office) -> None:
    stop(office.author)

    with pytest.raises(IntegrityError), office.world.core.config.write() as session:
        session.execute(update(Stop).values(lifted_by=Stop.author_id))


def test_without_the_rule_of_two_persons_an_administrator_lifts_his_own(tmp_path: Path) -> None:
    office = open_office(make_world(tmp_path, two_person=False))
    admin = sign_in(office.world, "admin", over=1)

    stop_id = stop(admin).json["id"]

    assert call(admin, "DELETE", f"/stop/{stop_id}").json["state"] == "ended"


def test_screens_are_notified_and_it_is_in_the_audit_trail(office: Office) -> None:
    notified: list[tuple[int, ...]] = []
    office.world.core.events.listen(
        TakeoversChanged,
        lambda notice: notified.append(tuple(one.screen_id for one in notice.screens)),
    )
    screen = bank(office.world)

    stop_id = stop(office.author).json["id"]
    call(office.reviewer, "DELETE", f"/stop/{stop_id}")

    with office.world.core.config.read() as session:
        query = select(AuditEntry.action).where(AuditEntry.object == stop_id)
        actions = session.scalars(query.order_by(AuditEntry.id)).all()
    assert notified == [(screen.id,), (screen.id,)]
    assert actions == ["stop.start", "stop.lift"]


def test_it_shows_who_has_not_acknowledged(office: Office) -> None:
    first, second = bank(office.world), bank(office.world)
    stop_id = stop(office.author).json["id"]

    note_receipt(office.world.core, second.id, stop_id, office.world.clock.now_ms())

    found = office.author.client.get(f"/api/v1/stop/{stop_id}").json
    assert found["not_acknowledged"] == [first.public_id]
    assert [one["id"] for one in office.author.client.get("/api/v1/stop").json["items"]] == [
        stop_id
    ]


def test_the_transport_unit_stops_vehicles_and_stops_only(office: Office) -> None:
    transport = sign_in(office.world, "transport", over=1)
    bus, hall = bank(office.world, kind="bus"), bank(office.world)

    stop_id = stop(transport).json["id"]

    assert shown(office, bus) == (stop_id, "safe")
    assert shown(office, hall) is None
    assert stop(transport, screen_ids=[hall.public_id]).status_code == 422


def test_a_venue_contact_stops_his_own_venue_only(office: Office) -> None:
    contact = sign_in(office.world, "venue", over=1)
    own = make_screen(office.world, venue=make_venue(office.world, contacts=(contact.user_id,)))
    other = bank(office.world)

    stop_id = stop(contact).json["id"]

    assert (shown(office, own), shown(office, other)) == ((stop_id, "safe"), None)


def test_an_empty_selector_an_unknown_mode_and_a_viewer_are_refused(office: Office) -> None:
    empty = call(office.author, "POST", "/stop", selector={}, mode="safe")
    blue = call(office.author, "POST", "/stop", selector=EVERYWHERE, mode="blue")
    viewer = stop(sign_in(office.world, "viewer", over=1))

    assert (empty.status_code, empty.json["errors"][0]["pointer"]) == (422, "/selector")
    assert (blue.status_code, viewer.status_code) == (422, 403)


def test_a_stranger_finds_no_stop_of_others(office: Office) -> None:
    stop_id = stop(office.author).json["id"]
    foreign_reviewer = sign_in(office.world, "reviewer", office.stranger.unit_id)

    assert office.stranger.client.get(f"/api/v1/stop/{stop_id}").status_code == 404
    assert call(foreign_reviewer, "DELETE", f"/stop/{stop_id}").status_code == 404
