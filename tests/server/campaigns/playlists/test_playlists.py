"""Playlists: ordered lists of assets with durations."""

import re

import pytest

from server.campaigns.playlists.service import snapshot
from tests.support.app.campaigns import Office, call, draft, make_playlist, picture


@pytest.mark.slow
def test_a_list_keeps_its_order_and_durations(office: Office) -> None:
    first, second = picture(office), picture(office)

    made = call(
        office.author,
        "POST",
        "/playlists",
        name="两图",
        items=[{"asset_id": second, "duration_s": 12.5}, {"asset_id": first}],
    )

    assert made.status_code == 201
    assert made.json["items"] == [
        {"asset_id": second, "duration_s": 12.5},
        {"asset_id": first, "duration_s": None},
    ]


def test_the_list_of_lists_shows_how_long_a_round_of_each_takes(office: Office) -> None:
    first, second = picture(office), picture(office)
    items = [{"asset_id": first, "duration_s": 112.5}, {"asset_id": second}]
    call(office.author, "POST", "/playlists", name="两图", items=items)
    call(office.author, "POST", "/playlists", name="空的", items=[])

    text = office.author.client.get("/playlists?lang=zh").text
    rows = re.findall(r'>([^<]+)</a></td><td class="num">(\d+)</td><td class="num">([^<]+)<', text)

    assert rows == [("空的", "0", "–"), ("两图", "2", "2 分 2.5 秒")]


def test_new_items_take_the_place_of_the_old_ones(office: Office) -> None:
    first, second = picture(office), picture(office)
    playlist_id = make_playlist(office, first, second, first)

    call(office.author, "PATCH", f"/playlists/{playlist_id}", items=[{"asset_id": second}])
    found = office.author.client.get(f"/api/v1/playlists/{playlist_id}").json

    assert [one["asset_id"] for one in found["items"]] == [second]


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ({"asset_id": "a_999"}, "/items/0/asset_id"),
        ({"asset_id": "k_1"}, "/items/0/asset_id"),
        ({"asset_id": "a_1", "duration_s": 0.5}, "/items/0/duration_s"),
    ],
)
def test_unknown_assets_and_too_short_times_are_pointed_at(
    office: Office, item: dict[str, object], pointer: str
) -> None:
    picture(office)

    answer = call(office.author, "POST", "/playlists", name="错", items=[item])

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


def test_another_units_asset_is_answered_like_a_missing_one(office: Office) -> None:
    foreign = picture(office)

    answer = call(office.stranger, "POST", "/playlists", name="偷", items=[{"asset_id": foreign}])

    assert answer.json["errors"][0]["pointer"] == "/items/0/asset_id"


def test_a_signed_off_version_has_every_duration_settled(office: Office) -> None:
    slide = picture(office, duration_ms=8_000)
    photo = picture(office)
    clip = picture(office, kind="video", duration_ms=15_040)
    timed = make_playlist(office, photo, clip, duration_s=20)
    untimed = make_playlist(office, slide, photo, clip)

    with office.world.core.config.read() as session:
        with_durations = snapshot(session, int(timed[2:]))
        without = snapshot(session, int(untimed[2:]))

    # A clip runs to its end; a requested duration can only cut it short.
    assert [item["duration_ms"] for item in with_durations] == [20_000, 15_040]
    assert [item["duration_ms"] for item in without] == [8_000, 10_000, 15_040]


def test_a_list_in_use_stays_and_one_that_isnt_can_go(office: Office) -> None:
    used, unused = make_playlist(office, picture(office)), make_playlist(office)
    draft(office, playlist_id=used)

    assert call(office.author, "DELETE", f"/playlists/{used}").status_code == 409
    assert call(office.author, "DELETE", f"/playlists/{unused}").status_code == 204


def test_a_stranger_neither_sees_nor_changes_a_list(office: Office) -> None:
    playlist_id = make_playlist(office)

    assert office.stranger.client.get("/api/v1/playlists").json["items"] == []
    assert office.stranger.client.get(f"/api/v1/playlists/{playlist_id}").status_code == 404
    assert call(office.stranger, "PATCH", f"/playlists/{playlist_id}", name="x").status_code == 404
    assert call(office.stranger, "DELETE", f"/playlists/{playlist_id}").status_code == 404


def test_a_reviewer_reads_lists_and_writes_none(office: Office) -> None:
    playlist_id = make_playlist(office)

    assert office.reviewer.client.get(f"/api/v1/playlists/{playlist_id}").status_code == 200
    assert call(office.reviewer, "POST", "/playlists", name="x").status_code == 403
