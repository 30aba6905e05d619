"""Receipts: who has it, who shows it, who hasn't answered and whom to call; and its end."""

from typing import Any

import pytest

from server.accounts.actor import Actor
from server.accounts.auth import sessions
from server.accounts.models import User
from server.campaigns.overrides.acknowledgements import note_receipt
from server.gateway.connection.messages import Beat
from server.gateway.connection.state import Live
from server.gateway.page_hints.namespace import following_of
from tests.support.app.campaigns import EVERYWHERE, Office, bank, call, open_office, picture
from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def go_live(office: Office, **changes: Any) -> str:
    body = {"asset_id": picture(office), "selector": EVERYWHERE, **changes}
    takeover = str(call(office.author, "POST", "/takeovers", **body).json["id"])
    assert call(office.reviewer, "POST", f"/takeovers/{takeover}/approve").json["state"] == "live"
    return takeover


def beats(office: Office, screen: BoundScreen, state: Any) -> None:
    live: Live = office.world.app.extensions["anping.live"]
    live.presence.record_beat(screen.id, office.world.clock.now_ms(), Beat(boot="b", state=state))


def answers(office: Office, screen: BoundScreen, takeover: str) -> None:
    note_receipt(office.world.core, screen.id, takeover, office.world.clock.now_ms())


def test_the_page_shows_delivered_on_air_and_whom_to_call(office: Office) -> None:
    shows, has, _ = (
        bank(office.world, name=name, contact_name=f"{name}经理", contact_phone="13805221234")
        for name in ("甲行", "乙行", "丙行")
    )
    takeover = go_live(office)
    for screen in (shows, has):
        answers(office, screen, takeover)
    office.world.clock.forward(1_000)
    beats(office, shows, "takeover")
    beats(office, has, "playing")

    page = office.author.client.get(f"/takeovers/{takeover}").text

    text = " ".join(page.split())
    assert "<strong>2 / 3</strong><span>已收到" in text
    assert "<strong>1</strong><span>屏幕报告已上屏" in text
    assert "<strong>1</strong><span>尚未确认（其中 1 块离线）" in text
    late = text[text.index("尚未确认的屏幕") : text.index("已收到的屏幕")]
    assert ("丙行" in late, "甲行" in late, "138****1234" in late) == (True, False, True)
    assert "13805221234" not in late


def test_a_stop_over_it_takes_it_off_the_air(office: Office) -> None:
    screen = bank(office.world)
    takeover = go_live(office)
    answers(office, screen, takeover)
    office.world.clock.forward(1_000)
    beats(office, screen, "takeover")

    call(office.author, "POST", "/stop", selector=EVERYWHERE, mode="safe")

    page = " ".join(office.author.client.get(f"/takeovers/{takeover}").text.split())
    assert "<strong>0</strong><span>屏幕报告已上屏" in page


def test_its_end_shows_to_the_second_though_the_record_is_closed_later(office: Office) -> None:
    bank(office.world)
    takeover = go_live(office)
    office.world.clock.forward(10 * MINUTE_MS - 1)
    assert f'data-follow="{takeover}"' in office.author.client.get(f"/takeovers/{takeover}").text

    office.world.clock.forward(1)

    page = office.author.client.get(f"/takeovers/{takeover}").text
    assert ("已结束，屏幕已恢复原节目" in page, 'data-every="5"' in page) == (True, False)


def test_a_drill_is_marked_as_one_everywhere(office: Office) -> None:
    bank(office.world)
    takeover = go_live(office, drill=True)

    for path in (f"/takeovers/{takeover}", f"/approve/{takeover}", "/takeovers"):
        assert "state drill" in office.author.client.get(path).text, path
    assert call(office.author, "GET", f"/takeovers/{takeover}").json["drill"] is True


def test_open_pages_are_notified_of_each_change_and_of_nothing_else(office: Office) -> None:
    screen = bank(office.world)
    takeover = go_live(office)
    core, following = office.world.core, following_of(office.world.app)
    following.people.update(here=actor_of(office, office.author.user_id))

    assert following.follow(core, "here", takeover)
    assert following.changed(core) == []
    answers(office, screen, takeover)
    assert following.changed(core) == [(takeover, ["here"])]
    assert following.changed(core) == []
    office.world.clock.forward(1_000)
    beats(office, screen, "takeover")
    assert following.changed(core) == [(takeover, ["here"])]
    office.world.clock.forward(10 * MINUTE_MS)
    assert following.changed(core) == [(takeover, ["here"])]
    following.leave("here")
    assert (following.followers, following.marks) == ({}, {})


def test_nobody_follows_what_he_may_not_see_or_what_isnt_there(office: Office) -> None:
    takeover = go_live(office)
    core, following = office.world.core, following_of(office.world.app)
    following.people.update(stranger=actor_of(office, office.stranger.user_id))
    following.people.update(here=actor_of(office, office.author.user_id))

    refused = [takeover, "t_999", "x_1", "s_1", "t_", "t_x", "", None, 7, ["t_1"], "t_1" * 30]
    assert [following.follow(core, "stranger", one) for one in refused] == [False] * len(refused)
    assert [following.follow(core, "here", one) for one in refused[1:]] == [False] * 10
    assert following.follow(core, "unknown", takeover) is False
    for number in range(30):
        go_on = following.follow(core, "here", takeover)
        assert go_on, number


def actor_of(office: Office, user_id: int) -> Actor:
    with office.world.core.config.read() as session:
        return sessions.actor_of(office.world.core, session.get_one(User, user_id))
