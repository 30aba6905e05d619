"""Drafts: made, changed, copied, deleted; wrong values are pointed at."""

from typing import Any

import pytest

from tests.support.app.campaigns import (
    EVERYWHERE,
    Office,
    act,
    bank,
    call,
    campaign_body,
    draft,
    live,
    make_playlist,
    open_office,
    picture,
    read,
)
from tests.support.app.inventory import make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import make_world


def pointers(answer: Any) -> list[str]:
    return [one["pointer"] for one in answer.json["errors"]]


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """For requests that are refused: they leave nothing behind."""
    office = open_office(make_world(tmp_path_factory.mktemp("shared")))
    assert make_playlist(office, picture(office)) == "l_1"
    return office


def test_a_draft_shows_the_order_with_the_usual_defaults(office: Office) -> None:
    campaign_id = draft(office, baseline={"value": 2, "source": "三月抽查", "date": "2026-03-31"})

    found = read(office.author, campaign_id)

    assert found["state"] == "draft"
    assert (found["tier"], found["floor"], found["dayparts"]) == (3, 0, [])
    assert found["target"] == {"kind": "plays_per_hour", "value": 12}
    assert found["selector"] == EVERYWHERE
    assert found["baseline"] == {"value": 2, "source": "三月抽查", "date": "2026-03-31"}
    assert (found["reviews"], found["boosts"], found["revision"]) == ([], [], None)
    assert found["unit_id"] == f"u_{office.author.unit_id}"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"ends_on": "2026-11-23"}, "/ends_on"),
        ({"starts_on": "1999-12-31"}, "/starts_on"),
        ({"ends_on": "9999-12-31"}, "/ends_on"),
        ({"target": {"kind": "plays_per_hour", "value": 0}}, "/target/value"),
        ({"target": {"kind": "plays_per_hour", "value": 3601}}, "/target/value"),
        ({"target": {"kind": "plays_per_day"}}, "/target/value"),
        ({"target": {"kind": "share_of_voice", "value": 1.01}}, "/target/value"),
        ({"target": {"kind": "longest_wait_s", "value": 0.5}}, "/target/value"),
        ({"target": {"kind": "filler", "value": 3}}, "/target/value"),
        ({"target": {"kind": "often", "value": 3}}, "/target/kind"),
        ({"dayparts": [{"days": [1], "from": "25:00", "to": "26:00"}]}, "/dayparts/0/0"),
        ({"dayparts": [{"days": [8], "from": "08:00", "to": "09:00"}]}, "/dayparts/0/days/0"),
        ({"dayparts": [{"days": [1], "from": "08:00", "to": "08:00"}]}, "/dayparts/0"),
        ({"tier": 6}, "/tier"),
        ({"floor": -1}, "/floor"),
        ({"min_gap_s": 0}, "/min_gap_s"),
        ({"playlist_id": "l_999"}, "/playlist_id"),
        ({"selector": {}}, "/selector"),
        ({"selector": {"all": False, "unit_ids": []}}, "/selector"),
        ({"selector": {"except": {"tags": ["x"]}}}, "/selector"),
        ({"selector": {"venue_kinds": ["pub"]}}, "/selector/venue_kinds/0"),
        ({"selector": {"screen_ids": ["s_999"]}}, "/selector/screen_ids"),
        ({"selector": {"venue_ids": ["k_1"]}}, "/selector/venue_ids/0"),
        (
            {"selector": {"all": True, "except": {"unit_ids": ["u_999"]}}},
            "/selector/except/unit_ids",
        ),
    ],
)
def test_a_wrong_value_is_refused_and_pointed_at(
    shared_office: Office, wrong: dict[str, Any], pointer: str
) -> None:
    body = campaign_body("l_1") | wrong

    answer = call(shared_office.author, "POST", "/campaigns", **body)

    assert answer.status_code == 422
    assert pointers(answer) == [pointer]
    assert all(one["detail"] for one in answer.json["errors"])


def test_a_wrong_value_in_a_change_is_refused_and_nothing_is_changed(office: Office) -> None:
    campaign_id = draft(office)

    answer = call(
        office.author, "PATCH", f"/campaigns/{campaign_id}", name="新", ends_on="2026-11-01"
    )

    assert answer.status_code == 422
    assert read(office.author, campaign_id)["name"] == "年末防骗宣传"


@pytest.mark.slow
def test_a_change_touches_only_the_fields_that_were_sent(office: Office) -> None:
    campaign_id = draft(office, floor=6, min_gap_s=60)

    changed = call(office.author, "PATCH", f"/campaigns/{campaign_id}", min_gap_s=None).json

    assert (changed["floor"], changed["min_gap_s"], changed["name"]) == (6, None, "年末防骗宣传")


def test_a_figure_by_hand_has_a_source_and_a_date_and_can_be_taken_away(office: Office) -> None:
    campaign_id = draft(office, baseline={"value": 2, "source": "三月抽查", "date": "2026-03-31"})
    path = f"/api/v1/campaigns/{campaign_id}"

    for field, wrong in (("source", ""), ("date", None), ("value", -1)):
        baseline = {"value": 2, "source": "三月抽查", "date": "2026-03-31", field: wrong}
        answer = office.author.client.patch(path, json={"baseline": baseline})
        pointers = [one["pointer"] for one in answer.json["errors"]]
        assert (answer.status_code, pointers) == (422, [f"/baseline/{field}"])

    assert office.author.client.patch(path, json={"baseline": None}).json["baseline"] is None


def test_two_people_who_write_at_once_dont_lose_each_others_change(office: Office) -> None:
    campaign_id = draft(office)
    path = f"/api/v1/campaigns/{campaign_id}"
    seen = office.author.client.get(path).headers["ETag"]
    call(office.author, "PATCH", f"/campaigns/{campaign_id}", tier=1)

    answer = office.author.client.patch(path, json={"tier": 5}, headers={"If-Match": seen})

    assert answer.status_code == 412
    assert read(office.author, campaign_id)["tier"] == 1


def test_a_copy_is_a_draft_of_its_own_by_who_copied(office: Office) -> None:
    other = sign_in(office.world, "publicity", over=1)
    campaign_id = live(office)

    copy = act(other, campaign_id, "copy")

    assert copy.status_code == 201
    assert copy.json["id"] != campaign_id
    assert (copy.json["state"], copy.json["author_id"]) == ("draft", other.public_id)
    assert copy.json["target"] == read(office.author, campaign_id)["target"]


def test_a_draft_can_be_deleted_until_it_was_submitted(office: Office) -> None:
    never, once = draft(office), draft(office)
    act(office.author, once, "submit")
    act(office.reviewer, once, "reject", reason="重做")

    assert call(office.author, "DELETE", f"/campaigns/{never}").status_code == 204
    kept = call(office.author, "DELETE", f"/campaigns/{once}")

    assert office.author.client.get(f"/api/v1/campaigns/{never}").status_code == 404
    assert (kept.status_code, kept.json["code"]) == (409, "withdraw")


def test_a_person_orders_for_another_unit_only_with_authority_over_it(office: Office) -> None:
    playlist_id = make_playlist(office, picture(office))
    own, foreign = office.author.unit_id, office.stranger.unit_id

    over_all = call(
        office.author, "POST", "/campaigns", **campaign_body(playlist_id, unit_id=f"u_{foreign}")
    )
    over_own = call(
        office.stranger, "POST", "/campaigns", **campaign_body(playlist_id, unit_id=f"u_{own}")
    )

    assert over_all.json["unit_id"] == f"u_{foreign}"
    assert over_own.status_code == 404


@pytest.mark.slow
def test_lists_show_campaigns_in_scope_by_state(office: Office) -> None:
    first, second = draft(office), live(office)

    everything = office.author.client.get("/api/v1/campaigns").json
    on_air = office.author.client.get("/api/v1/campaigns?state=live").json
    strangers = office.stranger.client.get("/api/v1/campaigns").json

    assert [one["id"] for one in everything["items"]] == [second, first]
    assert [one["id"] for one in on_air["items"]] == [second]
    assert strangers == {"items": [], "next": None}


@pytest.mark.slow
def test_a_venue_contact_arranges_filler_for_his_own_venue_and_nothing_else(
    office: Office,
) -> None:
    contact = sign_in(office.world, "venue", over=1)
    own = make_venue(office.world, contacts=(contact.user_id,))
    bank(office.world)
    asset_id = picture(office)
    mine = call(
        contact, "POST", "/playlists", name="本行业务", items=[{"asset_id": asset_id}]
    ).json["id"]
    filler = {"kind": "filler", "value": None}

    loud = call(contact, "POST", "/campaigns", **campaign_body(mine))
    made = call(contact, "POST", "/campaigns", **campaign_body(mine, target=filler))
    other = {"venue_ids": ["v_2"]}
    abroad = call(
        contact, "POST", "/campaigns", **campaign_body(mine, target=filler, selector=other)
    )

    assert loud.status_code == 403
    assert made.status_code == 201
    assert pointers(abroad) == ["/selector/venue_ids"]
    assert own == 1
    assert act(contact, made.json["id"], "check").json["groups"] == []
