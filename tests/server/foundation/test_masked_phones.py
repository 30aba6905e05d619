"""Phones are masked in lists, files and messages.

The whole number is on the object's own page alone, for those who may write it.
"""

import pytest

from server.accounts.models import Unit, User
from server.foundation.phone_masking import lines_of, masked, masked_mobiles
from server.monitoring.incidents.messages import Reader, write_message
from server.monitoring.incidents.with_names import named
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.incidents import make_incident

PHONE = "13805221234"
HIDDEN = "138****1234"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (PHONE, HIDDEN),
        ("+86 138-0522-1234", HIDDEN),
        ("朱师傅 13805221234、13911112222", "朱师傅 138****1234、139****2222"),
        ("8371234", "83***34"),
        ("0516-80000001", "0516-****0001"),
        ("05168000001", "051****0001"),
        ("96110", "96110"),
        ("", ""),
        ("二楼 203", "二楼 203"),
    ],
)
def test_the_middle_is_left_out(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_an_offices_line_stays_where_persons_are_masked() -> None:
    text = "王主任 13805221234，值班 0516-83712345"

    assert masked_mobiles(text) == f"王主任 {HIDDEN}，值班 0516-83712345"
    assert lines_of(text) == ["051683712345"]


@pytest.mark.slow
def test_of_a_venue_only_who_may_write_it_reads_the_whole_number(world: World) -> None:
    unit = make_unit(world)
    venue = f"v_{make_venue(world, unit=unit, contact_name='王经理', contact_phone=PHONE)}"
    writer, reader = sign_in(world, "publicity", unit), sign_in(world, "viewer", unit)

    for person in (writer, reader):
        (row,) = person.client.get("/api/v1/venues").json["items"]
        assert row["contact"] == {"name": "王经理", "phone": HIDDEN}
        assert PHONE not in person.client.get("/venues").text
        assert HIDDEN in person.client.get("/venues").text
    assert writer.client.get(f"/api/v1/venues/{venue}").json["contact"]["phone"] == PHONE
    assert reader.client.get(f"/api/v1/venues/{venue}").json["contact"]["phone"] == HIDDEN
    assert PHONE in writer.client.get(f"/venues/{venue}").text
    assert PHONE not in reader.client.get(f"/venues/{venue}").text


def test_a_change_that_leaves_the_phone_out_leaves_it_whole(world: World) -> None:
    unit = make_unit(world)
    path = f"/api/v1/venues/v_{make_venue(world, unit=unit, contact_phone=PHONE)}"
    writer = sign_in(world, "publicity", unit).client
    etag = writer.get(path).headers["ETag"]

    assert (
        writer.patch(path, json={"address": "中山路"}, headers={"If-Match": etag}).status_code
        == 200
    )
    assert writer.get(path).json["contact"]["phone"] == PHONE


def test_people_and_units_are_listed_so_too(world: World) -> None:
    unit = make_unit(world)
    admin = sign_in(world, "admin", unit)
    with world.core.config.write() as session:
        session.get_one(User, admin.user_id).phone = PHONE
        session.get_one(Unit, unit).contact = f"值班 {PHONE}"

    assert PHONE not in admin.client.get("/api/v1/users").text
    assert admin.client.get(f"/api/v1/users/{admin.public_id}").json["phone"] == PHONE
    assert PHONE not in admin.client.get("/api/v1/units").text
    assert admin.client.get(f"/api/v1/units/u_{unit}").json["contact"] == f"值班 {PHONE}"
    assert admin.client.get("/api/v1/me").json["phone"] == PHONE


@pytest.mark.slow
def test_a_repair_firms_phone_is_whole_for_those_who_handle_the_incident(
    world: World,
) -> None:
    unit = make_unit(world)
    screen = make_screen(world, venue=make_venue(world, unit=unit, contact_phone=PHONE))
    order = {"firm": "彭城电子", "firm_phone": "13911112222", "dispatched_at": 1}
    number = f"i_{make_incident(world, screen, **order)}"
    officer, viewer = sign_in(world, "publicity", unit), sign_in(world, "viewer", unit)

    for person in (officer, viewer):
        (row,) = person.client.get("/api/v1/incidents").json["items"]
        assert row["order"]["phone"] == "139****2222"
        assert PHONE not in person.client.get("/incidents/orders").text
    path = f"/api/v1/incidents/{number}"
    assert officer.client.get(path).json["order"]["phone"] == "13911112222"
    assert viewer.client.get(path).json["order"]["phone"] == "139****2222"
    slip = f"/incidents/orders?id={number}"
    assert PHONE in officer.client.get(slip).text, "whoever repairs it has to call somebody"
    assert PHONE not in viewer.client.get(slip).text


def test_messages_to_groups_have_it_masked(world: World) -> None:
    venue = make_venue(world, contact_name="朱师傅", contact_phone=PHONE)
    number = make_incident(world, make_screen(world, venue=venue))
    with world.core.config.read() as session:
        written = write_message(
            Reader("zh_CN", world.core.settings.zone, None), "raised", 0, named(session, [number])
        )

    assert f"联系人：朱师傅 {HIDDEN}" in written.text
    assert written.fields["contact_phone"] == HIDDEN
