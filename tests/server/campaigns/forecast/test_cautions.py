"""Cautions shown to author and reviewer about a campaign's content before sign-off."""

from typing import Any

import pytest

from media.slides import engine
from server.content.models import AssetGap
from tests.support.app.campaigns import (
    Office,
    act,
    bank,
    call,
    campaign_body,
    draft,
    make_playlist,
    picture,
)
from tests.support.app.inventory import make_screen, make_venue
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow

LINES = {"template": "slogan", "fields": {"lines": ["未知链接不点击", "陌生来电不轻信"]}}


def cautions(office: Office, campaign_id: str) -> list[tuple[str, str]]:
    """Asset and code of each notice, as the reviewer reads them."""
    answer = act(office.reviewer, campaign_id, "check")
    assert answer.status_code == 200, answer.json
    return [(one["asset_id"], one["code"]) for one in answer.json["notices"]]


def clip(office: Office) -> str:
    return f"a_{make_asset(office.world, kind='video', author=office.author.user_id)}"


def test_a_clip_beside_a_main_road_is_flagged(office: Office) -> None:
    bank(office.world)
    bank(office.world, kind="road")
    moving = clip(office)
    playlist = make_playlist(office, moving)

    everywhere = draft(office, playlist_id=playlist)
    in_banks = draft(office, playlist_id=playlist, selector={"venue_kinds": ["bank"]})

    assert cautions(office, everywhere) == [(moving, "motion_near_roads")]
    assert cautions(office, in_banks) == []


def test_a_still_beside_a_main_road_is_not_flagged(office: Office) -> None:
    bank(office.world, kind="road")

    assert cautions(office, draft(office)) == []


def test_a_place_in_a_list_that_is_shorter_than_the_reading_time_is_flagged(
    office: Office,
) -> None:
    bank(office.world)
    slide = picture(office, slide=LINES, duration_ms=10_000)

    hurried = draft(office, playlist_id=make_playlist(office, slide, duration_s=3))
    in_time = draft(office, playlist_id=make_playlist(office, slide, duration_s=4))

    assert cautions(office, hurried) == [(slide, "too_short")]
    assert cautions(office, in_time) == []


def test_a_form_shows_the_same_before_it_is_saved(office: Office) -> None:
    bank(office.world, kind="road")
    body: dict[str, Any] = campaign_body(make_playlist(office, clip(office)))

    answer = call(office.author, "POST", "/campaigns/check", **body)

    assert [one["code"] for one in answer.json["notices"]] == ["motion_near_roads"]
    assert "道路" in answer.json["notices"][0]["detail"]


def test_signs_too_small_to_read_from_afar_are_flagged(office: Office) -> None:
    far = make_venue(office.world, viewing_distance_m=150)
    make_screen(office.world, venue=far, width=1920, height=1080, pixel_pitch_mm=6)
    bank(office.world)
    long = {"template": "case_bulletin", "fields": engine.example("case_bulletin")}
    lines, text = (picture(office, slide=slide, duration_ms=30_000) for slide in (LINES, long))
    playlist = make_playlist(office, lines, text)

    assert cautions(office, draft(office, playlist_id=playlist)) == [(text, "too_small")]


def test_what_some_of_the_screens_can_only_show_by_the_nearest_picture_is_flagged(
    office: Office,
) -> None:
    make_screen(office.world, rendition_class="led-128x32", venue=make_venue(office.world))
    asset = picture(office, slide=LINES, duration_ms=10_000)
    with office.world.core.config.write() as session:
        gap = {
            "code": "no_room",
            "reason_zh": "文字放不下。",
            "reason_en": "No room.",
            "found_at": 0,
        }
        number = int(asset.removeprefix("a_"))
        session.add(AssetGap(asset_id=number, cls="led-128x32", **gap))
    playlist = make_playlist(office, asset)

    on_the_strip = draft(office, playlist_id=playlist, selector={"all": True})
    elsewhere = draft(office, playlist_id=playlist, selector={"venue_kinds": ["road"]})

    assert cautions(office, on_the_strip) == [(asset, "no_rendition")]
    assert cautions(office, elsewhere) == []
