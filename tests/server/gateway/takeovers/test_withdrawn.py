"""A withdrawn takeover: its page lists the screens that may still show it, with contacts."""

import pytest
from sqlalchemy import update

from server.publishing.models import Tenure
from tests.support.app.campaigns import (
    Office,
    act,
    bank,
    call,
    live,
    make_playlist,
    open_office,
    picture,
)
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import BoundScreen
from tests.support.app.jobs import run_jobs
from tests.support.app.world import World
from tests.support.factories.assignment_receipts import acknowledge

pytestmark = pytest.mark.slow


@pytest.fixture
def office(world: World) -> Office:
    make_waiting_picture(world)
    return open_office(world)


def switched(office: Office) -> None:
    """All screens have reported that they show their assignment."""
    with office.world.core.config.write() as session:
        session.execute(update(Tenure).values(reported=True))
    acknowledge(office.world)


def answers(office: Office, screen: BoundScreen) -> None:
    acknowledge(office.world, screen.id)


def listed(office: Office, path: str) -> str:
    page = office.author.client.get(path)
    assert page.status_code == 200
    start = page.text.find("可能还在播放的屏幕")
    return page.text[start : page.text.find("</table>", start)] if start >= 0 else ""


def test_an_assets_page_lists_those_that_havent_answered_since(office: Office) -> None:
    answering, away = (
        bank(office.world, name=name, contact_name="王经理", contact_phone="13805221234")
        for name in ("甲行", "乙行")
    )
    asset = picture(office)
    live(office, playlist_id=make_playlist(office, asset, duration_s=15))
    run_jobs(office.world.core)
    switched(office)
    assert listed(office, f"/media/{asset}") == ""

    call(office.author, "POST", f"/assets/{asset}/withdraw")
    run_jobs(office.world.core)
    answers(office, answering)

    found = listed(office, f"/media/{asset}")
    assert ("乙行" in found, "甲行" in found) == (True, False)
    assert ("王经理" in found, "138****1234" in found, "13805221234" in found) == (
        True,
        True,
        False,
    )
    answers(office, away)
    assert listed(office, f"/media/{asset}") == ""


def test_a_campaigns_page_lists_them_by_the_campaign_not_by_the_picture(office: Office) -> None:
    bank(office.world, name="甲行")
    asset = picture(office)
    playlist = make_playlist(office, asset, duration_s=15)
    gone, stays = (live(office, playlist_id=playlist) for _ in range(2))
    run_jobs(office.world.core)
    switched(office)

    act(office.author, gone, "withdraw")
    run_jobs(office.world.core)

    assert "甲行" in listed(office, f"/campaigns/{gone}")
    assert listed(office, f"/campaigns/{stays}") == ""
