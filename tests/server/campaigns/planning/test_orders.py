"""What a screen is ordered to play: signed-off files only, for as long as they may be shown."""

from datetime import date

import pytest
from sqlalchemy import select

from playlists.demand.orders import CampaignOrder
from server.campaigns.planning.orders import load_orders
from server.content.models import Asset, AssetRendition
from server.inventory.screens.queries import facts
from tests.support.app.campaigns import Office, bank, call, live, make_playlist, picture
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow


def orders_of(office: Office, screen: BoundScreen) -> list[CampaignOrder]:
    with office.world.core.config.read() as session:
        orders = load_orders(session, office.world.clock.now_ms())
        return orders.for_screen(facts(session, [screen.id])[0])


def digest(office: Office, asset_id: str, cls: str) -> str:
    with office.world.core.config.read() as session:
        query = select(AssetRendition.digest).where(
            AssetRendition.asset_id == int(asset_id[2:]), AssetRendition.cls == cls
        )
        return session.scalars(query).one()


def change_asset(office: Office, asset_id: str, **values: object) -> None:
    with office.world.core.config.write() as session:
        asset = session.get_one(Asset, int(asset_id[2:]))
        for column, value in values.items():
            setattr(asset, column, value)


def test_an_order_carries_the_signed_off_content(office: Office) -> None:
    screen = bank(office.world)
    campaign_id = live(
        office,
        target={"kind": "share_of_voice", "value": 0.25},
        dayparts=[{"days": [1, 2], "from": "18:00", "to": "02:00", "calendar": "workdays"}],
        floor=3,
        tier=2,
        min_gap_s=90,
    )

    (order,) = orders_of(office, screen)

    assert (order.id, order.target.kind, order.target.value) == (
        campaign_id,
        "share_of_voice",
        0.25,
    )
    assert (order.floor, order.tier, order.min_gap_s) == (3, 2, 90)
    assert (order.starts_on, order.ends_on) == (date(2026, 11, 24), date(2026, 12, 31))
    (part,) = order.dayparts
    assert (part.days, part.calendar) == (frozenset({1, 2}), "workdays")
    assert (part.hours.from_min, part.hours.until_min) == (18 * 60, 26 * 60)


def test_each_screen_is_given_the_file_for_its_class(office: Office) -> None:
    wide = bank(office.world)
    tall = make_screen(office.world, rendition_class="portrait-1080p", width=1080, height=1920)
    asset_id = picture(office)
    live(office, playlist_id=make_playlist(office, asset_id))

    shown = [orders_of(office, screen)[0].assets[0].digest for screen in (wide, tall)]

    assert shown == [
        digest(office, asset_id, "landscape-1080p"),
        digest(office, asset_id, "portrait-1080p"),
    ]


def test_screens_that_are_alike_share_the_same_orders(office: Office) -> None:
    first, second = bank(office.world), bank(office.world)
    live(office)

    with office.world.core.config.read() as session:
        orders = load_orders(session, office.world.clock.now_ms())
        one, other = (orders.for_screen(each) for each in facts(session, [first.id, second.id]))

    assert one[0] is other[0]


def test_a_withdrawn_asset_leaves_the_order_and_with_its_last_one_the_order_goes(
    office: Office,
) -> None:
    screen = bank(office.world)
    first, second = picture(office), picture(office)
    live(office, playlist_id=make_playlist(office, first, second))

    call(office.author, "POST", f"/assets/{first}/withdraw")
    left = [one.digest for one in orders_of(office, screen)[0].assets]
    call(office.author, "POST", f"/assets/{second}/withdraw")

    assert left == [digest(office, second, "landscape-1080p")]
    assert orders_of(office, screen) == []


def test_an_asset_that_expires_within_the_campaign_leaves_it_on_that_day(office: Office) -> None:
    screen = bank(office.world)
    first, second = picture(office), picture(office)
    live(office, playlist_id=make_playlist(office, first, second))
    change_asset(office, first, expires_on=date(2026, 12, 10))

    before, after = orders_of(office, screen)

    assert (before.starts_on, before.ends_on, len(before.assets)) == (
        date(2026, 11, 24),
        date(2026, 12, 10),
        2,
    )
    assert (after.starts_on, after.ends_on, len(after.assets)) == (
        date(2026, 12, 11),
        date(2026, 12, 31),
        1,
    )
    assert before.id == after.id


def test_a_successor_takes_the_place_of_the_asset_that_it_replaces(office: Office) -> None:
    screen = bank(office.world)
    old, new = picture(office), picture(office)
    live(office, playlist_id=make_playlist(office, old))

    change_asset(office, old, replaced_by=int(new[2:]))

    assert orders_of(office, screen)[0].assets[0].digest == digest(office, new, "landscape-1080p")


def test_a_clip_is_ordered_for_its_own_length(office: Office) -> None:
    screen = bank(office.world)
    clip = picture(office, kind="video", duration_ms=15_040)
    live(office, playlist_id=make_playlist(office, clip))

    (turn,) = orders_of(office, screen)[0].assets

    assert (turn.kind, turn.duration_ms) == ("video", 15_040)


def test_what_isnt_signed_off_is_ordered_nowhere(office: Office) -> None:
    screen = bank(office.world)
    campaign_id = live(office)
    call(office.author, "POST", f"/campaigns/{campaign_id}/withdraw")

    assert orders_of(office, screen) == []


def test_the_signed_off_starter_pack_comes_last_and_counts_for_no_campaign(
    office: Office,
) -> None:
    screen = bank(office.world)
    assert orders_of(office, screen) == []
    make_asset(office.world, author=None, duration_ms=12_000)
    make_asset(office.world, author=None, state="ready")
    campaign_id = live(office)

    ordered, starter = orders_of(office, screen)

    assert (ordered.id, ordered.starter) == (campaign_id, False)
    assert (starter.starter, [one.duration_ms for one in starter.assets]) == (True, [12_000])
