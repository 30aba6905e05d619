"""Takeovers: asked for by one person, put on by another, seen on each screen."""

from typing import Any

import pytest

from server.campaigns.events import TakeoversChanged
from server.campaigns.overrides.acknowledgements import note_receipt
from server.campaigns.overrides.active import load_live
from server.campaigns.workflow.state_clock import advance
from server.content.models import Asset
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.queries import facts
from tests.support.app.campaigns import EVERYWHERE, Office, bank, call, picture
from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import BoundScreen
from tests.support.app.people import Person, sign_in
from tests.support.browser.page_inventory import statements

pytestmark = pytest.mark.slow


def start(office: Office, person: Person | None = None, **changes: Any) -> Any:
    body: dict[str, Any] = {"selector": EVERYWHERE, **changes}
    if "slide" not in body:
        body.setdefault("asset_id", picture(office))
    return call(person or office.author, "POST", "/takeovers", **body)


def approve(office: Office, takeover_id: str, person: Person | None = None) -> Any:
    return call(person or office.reviewer, "POST", f"/takeovers/{takeover_id}/approve")


def on_screen(office: Office, screen: BoundScreen) -> str | None:
    with office.world.core.config.read() as session:
        found: list[ScreenFacts] = facts(session, [screen.id])
        live = load_live(session, office.world.clock.now_ms()).for_screen(found[0])
    return live and live.id


def test_it_waits_for_a_second_person_and_is_live_with_his_yes(office: Office) -> None:
    screen = bank(office.world)

    asked = start(office).json
    assert (asked["state"], asked["from"], on_screen(office, screen)) == ("submitted", None, None)
    done = approve(office, asked["id"]).json

    assert (done["state"], done["from"]) == ("live", "2026-11-24T09:00:00+08:00")
    assert done["until"] == "2026-11-24T09:10:00+08:00"
    assert on_screen(office, screen) == asked["id"]


def test_ten_minutes_begin_with_the_approval(office: Office) -> None:
    takeover_id = start(office).json["id"]
    office.world.clock.forward(5 * MINUTE_MS)

    assert approve(office, takeover_id).json["until"] == "2026-11-24T09:15:00+08:00"


def test_more_than_ten_minutes_need_a_reason(office: Office) -> None:
    longer = "2026-11-24T09:11:00+08:00"

    bare = start(office, until=longer)

    assert (bare.status_code, bare.json["errors"][0]["pointer"]) == (422, "/reason")
    assert start(office, until=longer, reason="台风").status_code == 201
    assert start(office, until="2026-11-24T09:10:00+08:00").status_code == 201
    assert start(office, until="2026-11-24T08:00:00+08:00").json["errors"][0]["pointer"] == "/until"


def test_who_asked_cant_approve_even_as_a_reviewer(office: Office) -> None:
    takeover_id = start(office, office.reviewer).json["id"]

    own = approve(office, takeover_id)
    other = approve(office, takeover_id, sign_in(office.world, "reviewer", over=1))

    assert (own.status_code, own.json["code"]) == (403, "two_person")
    assert other.json["state"] == "live"


def test_the_picture_is_signed_off_with_the_takeover(office: Office) -> None:
    asset_id = picture(office, state="ready")
    takeover_id = start(office, asset_id=asset_id).json["id"]

    approve(office, takeover_id)

    with office.world.core.config.read() as session:
        asset = session.get_one(Asset, int(asset_id[2:]))
    assert (asset.state, asset.reviewer_id) == ("approved", office.reviewer.user_id)


def test_an_approval_asks_once_for_former_versions_of_an_asset_that_has_none(
    office: Office,
) -> None:
    takeover_id = start(office).json["id"]

    with statements(office.world) as asked:
        assert approve(office, takeover_id).json["state"] == "live"

    assert sum("replaces_id IS NOT NULL" in one for one in asked) == 1


def test_a_reviewer_may_bring_a_slide_of_his_own(office: Office) -> None:
    template = office.author.client.get("/api/v1/slide-templates").json["items"][0]
    fields = {one["name"]: one["example"] for one in template["fields"]}

    asked = start(office, office.reviewer, slide={"template": template["name"], "fields": fields})

    assert asked.status_code == 201
    second = sign_in(office.world, "reviewer", over=1)
    assert approve(office, asked.json["id"], second).json["state"] == "live"


def test_a_picture_that_cant_be_shown_is_refused(office: Office) -> None:
    for state in ("processing", "rejected", "withdrawn"):
        answer = start(office, asset_id=picture(office, state=state))

        assert (answer.status_code, answer.json["code"]) == (409, "asset_not_ready")


def test_a_rejected_one_is_over(office: Office) -> None:
    takeover_id = start(office).json["id"]

    answer = call(office.reviewer, "POST", f"/takeovers/{takeover_id}/reject", reason="误报")

    assert answer.json["state"] == "rejected"
    assert answer.json["reviews"][0]["opinion"] == "误报"
    assert approve(office, takeover_id).status_code == 409


def test_delete_takes_it_off_the_screens(office: Office) -> None:
    screen = bank(office.world)
    takeover_id = start(office).json["id"]
    approve(office, takeover_id)

    ended = call(office.author, "DELETE", f"/takeovers/{takeover_id}")

    assert ended.json["state"] == "ended"
    assert on_screen(office, screen) is None
    assert call(office.author, "DELETE", f"/takeovers/{takeover_id}").status_code == 409


def test_a_venues_policy_decides_whether_it_takes_part(office: Office) -> None:
    always = bank(office.world)
    never = bank(office.world, takeover_policy="never")
    in_need = bank(office.world, takeover_policy="emergency")

    usual = start(office).json["id"]
    approve(office, usual)
    assert [on_screen(office, one) for one in (always, never, in_need)] == [usual, None, None]

    office.world.clock.forward(1)
    emergency = start(office, emergency=True).json["id"]
    approve(office, emergency)
    assert [on_screen(office, one) for one in (always, never, in_need)] == [
        emergency,
        None,
        emergency,
    ]


def test_the_newest_is_on_and_when_it_ends_the_older_one_comes_back(office: Office) -> None:
    screen = bank(office.world)
    older = start(office, until="2026-11-24T10:00:00+08:00", reason="长").json["id"]
    newer = start(office).json["id"]
    approve(office, newer)
    office.world.clock.forward(1)
    approve(office, older)
    assert on_screen(office, screen) == older

    call(office.author, "DELETE", f"/takeovers/{older}")

    assert on_screen(office, screen) == newer


def test_takeovers_past_their_end_and_unapproved_ones_expire(office: Office) -> None:
    screen = bank(office.world)
    live = start(office).json["id"]
    approve(office, live)
    waiting = start(office, until="2026-11-24T09:09:00+08:00").json["id"]
    notified: list[tuple[int, ...]] = []
    office.world.core.events.listen(
        TakeoversChanged,
        lambda notice: notified.append(tuple(one.screen_id for one in notice.screens)),
    )
    office.world.clock.forward(9 * MINUTE_MS)

    late = approve(office, waiting)
    advance(office.world.core)
    before = call(office.author, "GET", f"/takeovers/{live}").json["state"]
    office.world.clock.forward(MINUTE_MS)
    advance(office.world.core)

    assert (late.status_code, late.json["code"]) == (409, "over")
    assert call(office.author, "GET", f"/takeovers/{waiting}").json["state"] == "ended"
    assert (before, call(office.author, "GET", f"/takeovers/{live}").json["state"]) == (
        "live",
        "ended",
    )
    assert notified == [(screen.id,)]


def test_withdrawing_its_picture_ends_it(office: Office) -> None:
    screen = bank(office.world)
    asset_id = picture(office)
    takeover_id = start(office, asset_id=asset_id).json["id"]
    approve(office, takeover_id)

    call(office.author, "POST", f"/assets/{asset_id}/withdraw")

    assert on_screen(office, screen) is None
    assert call(office.author, "GET", f"/takeovers/{takeover_id}").json["state"] == "ended"


def test_only_its_screens_are_notified_after_the_commit(office: Office) -> None:
    notified: list[tuple[int, ...]] = []
    office.world.core.events.listen(
        TakeoversChanged,
        lambda notice: notified.append(tuple(one.screen_id for one in notice.screens)),
    )
    mine, _other = bank(office.world), bank(office.world)
    takeover_id = start(office, selector={"screen_ids": [mine.public_id]}).json["id"]
    assert notified == []

    approve(office, takeover_id)

    assert notified == [(mine.id,)]


def test_it_shows_who_has_acknowledged_and_who_has_not(office: Office) -> None:
    first, second = bank(office.world), bank(office.world)
    takeover_id = start(office).json["id"]
    approve(office, takeover_id)

    note_receipt(office.world.core, first.id, takeover_id, office.world.clock.now_ms())
    note_receipt(office.world.core, first.id, takeover_id, office.world.clock.now_ms() + 9)
    shown = call(office.author, "GET", f"/takeovers/{takeover_id}").json

    assert [(one["screen_id"], one["acknowledged_at"]) for one in shown["acknowledgements"]] == [
        (first.public_id, "2026-11-24T09:00:00+08:00"),
        (second.public_id, None),
    ]
    assert shown["not_acknowledged"] == [second.public_id]


def test_a_drill_is_marked_as_one(office: Office) -> None:
    assert start(office, drill=True, label="演练").json["drill"] is True


def test_strangers_find_nothing_and_roles_are_kept(office: Office) -> None:
    takeover_id = start(office).json["id"]
    transport = sign_in(office.world, "transport", over=1)

    assert office.stranger.client.get("/api/v1/takeovers").json["items"] == []
    assert office.stranger.client.get(f"/api/v1/takeovers/{takeover_id}").status_code == 404
    assert call(office.stranger, "DELETE", f"/takeovers/{takeover_id}").status_code == 404
    assert approve(office, takeover_id, office.author).status_code == 403
    assert start(office, transport).status_code == 403


def test_it_reaches_no_further_than_who_asked_for_it(office: Office) -> None:
    inside = bank(office.world, unit=office.stranger.unit_id)
    outside = bank(office.world)
    own = picture(office, unit=office.stranger.unit_id, author=office.stranger.user_id)
    takeover_id = start(office, office.stranger, asset_id=own).json["id"]

    approve(office, takeover_id)

    assert (on_screen(office, inside), on_screen(office, outside)) == (takeover_id, None)
