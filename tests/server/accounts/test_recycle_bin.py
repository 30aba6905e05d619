"""Deleted drafts stay in the bin for thirty days and come back as they were."""

from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry
from server.accounts.recycle_bin.service import BIN
from server.foundation.jobs.service import enqueue
from server.inventory.venues.models import Venue
from tests.support.app.campaigns import (
    Office,
    call,
    draft,
    make_playlist,
    open_office,
    picture,
    read,
)
from tests.support.app.clock import DAY_MS
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def delete(person: Person, path: str) -> str:
    """The bin's id for what is deleted."""
    answer = call(person, "DELETE", path)
    assert answer.status_code == 204, answer.json
    return answer.headers[BIN]


def restore(person: Person, binned: str) -> Any:
    return call(person, "POST", f"/bin/{binned}/restore")


def names(person: Person) -> list[str]:
    return [one["name"] for one in call(person, "GET", "/bin").json["items"]]


def empty(office: Office) -> None:
    """What the clock puts in every night."""
    core = office.world.core
    with core.config.write() as session:
        enqueue(session, "empty_bin", "night", core.clock.now_ms())
    run_jobs(core)


def test_a_campaign_comes_back_with_its_id_as_it_was(office: Office) -> None:
    campaign_id = draft(office, dayparts=[{"days": [1, 2], "from": "07:00", "to": "09:00"}])
    before = read(office.author, campaign_id)

    binned = delete(office.author, f"/campaigns/{campaign_id}")
    assert call(office.author, "GET", f"/campaigns/{campaign_id}").status_code == 404
    assert names(office.author) == ["年末防骗宣传"]
    back = restore(office.author, binned).json

    assert back == {"kind": "campaign", "id": campaign_id, "name": "年末防骗宣传"}
    assert read(office.author, campaign_id) == before
    assert names(office.author) == []


def test_a_playlist_comes_back_with_what_is_in_it(office: Office) -> None:
    playlist_id = make_playlist(office, picture(office), picture(office), duration_s=12)
    before = call(office.author, "GET", f"/playlists/{playlist_id}").json

    restore(office.author, delete(office.author, f"/playlists/{playlist_id}"))

    assert call(office.author, "GET", f"/playlists/{playlist_id}").json == before


def test_a_picture_comes_back_with_its_files(office: Office) -> None:
    asset_id = picture(office, state="ready")
    before = call(office.author, "GET", f"/assets/{asset_id}").json

    binned = delete(office.author, f"/assets/{asset_id}")
    run_jobs(office.world.core)
    restore(office.author, binned)

    assert call(office.author, "GET", f"/assets/{asset_id}").json == before


def test_a_line_comes_back_unless_its_code_is_taken_meanwhile(office: Office) -> None:
    line = call(office.author, "POST", "/lines", name="3 路", code="3").json["id"]
    binned = delete(office.author, f"/lines/{line}")
    other = call(office.author, "POST", "/lines", name="另一条", code="3").json["id"]

    refused = restore(office.author, binned)
    assert (refused.status_code, refused.json["code"]) == (409, "cant_restore")
    assert names(office.author) == ["3 路"]
    call(office.author, "DELETE", f"/lines/{other}")

    assert restore(office.author, binned).json["id"] == line
    with office.world.core.config.read() as session:
        assert session.scalars(select(Venue)).all() == []


def test_deleting_and_restoring_are_in_the_audit_trail(office: Office) -> None:
    playlist_id = make_playlist(office)

    restore(office.author, delete(office.author, f"/playlists/{playlist_id}"))

    with office.world.core.config.read() as session:
        query = select(AuditEntry.action, AuditEntry.user_id).order_by(AuditEntry.id)
        found = session.execute(query.where(AuditEntry.object == playlist_id)).all()
    assert [tuple(one) for one in found][-2:] == [
        ("playlist.delete", office.author.user_id),
        ("playlist.restore", office.author.user_id),
    ]


def test_who_may_not_delete_it_may_not_restore_it_either(office: Office) -> None:
    binned = delete(office.author, f"/campaigns/{draft(office)}")
    viewer = sign_in(office.world, "viewer", over=1)
    transport = sign_in(office.world, "transport", over=1)

    assert restore(office.stranger, binned).status_code == 404
    assert restore(viewer, binned).status_code == 403
    assert restore(transport, binned).status_code == 403
    assert names(office.stranger) == names(viewer) == names(transport) == []


def test_after_thirty_days_it_is_gone_with_its_files(office: Office) -> None:
    asset_id = picture(office, state="ready")
    binned = delete(office.author, f"/assets/{asset_id}")

    office.world.clock.forward(29 * DAY_MS)
    empty(office)
    office.again()
    assert names(office.author) != []
    office.world.clock.forward(2 * DAY_MS)
    empty(office)
    office.again()

    assert names(office.author) == []
    assert restore(office.author, binned).status_code == 404
