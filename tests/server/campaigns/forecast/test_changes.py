"""/changes: what approving would change, in content, where, when and how often."""

from typing import Any

import pytest

from tests.support.app.campaigns import (
    Office,
    act,
    bank,
    call,
    draft,
    live,
    make_playlist,
    picture,
)

pytestmark = pytest.mark.slow


def changes(office: Office, campaign_id: str) -> dict[str, Any]:
    answer = office.reviewer.client.get(f"/api/v1/campaigns/{campaign_id}/changes")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def revised(office: Office, campaign_id: str, **fields: Any) -> str:
    """A revision with these fields, waiting for sign-off; the campaign's id."""
    assert act(office.author, campaign_id, "revise").status_code == 200
    changed = call(office.author, "PATCH", f"/campaigns/{campaign_id}", **fields)
    assert changed.status_code == 200, changed.json
    sent = act(office.author, campaign_id, "submit", include_assets=True)
    assert sent.status_code == 200, sent.json
    return campaign_id


def test_a_first_version_has_everything_new(office: Office) -> None:
    bank(office.world)
    bank(office.world)
    campaign_id = draft(office, ends_on="2026-11-26")
    act(office.author, campaign_id, "submit")

    found = changes(office, campaign_id)

    assert [(row["change"], row["duration_s"]) for row in found["content"]] == [("added", 15)]
    assert found["where"] == {
        "gained": {"screens": 2, "venues": 2},
        "lost": {"screens": 0, "venues": 0},
        "kept": {"screens": 0, "venues": 0},
    }
    assert found["when"]["added"] == [{"from": "2026-11-24", "until": "2026-11-26"}]
    assert (found["when"]["days_before"], found["when"]["days"]) == (0, 3)
    tightest = found["how_often"]["tightest"]
    assert tightest["screens"] == 2
    assert (tightest["before"]["plays_per_hour"], tightest["after"]["plays_per_hour"]) == (0, 12)
    assert tightest["before"]["hour"]["slots"] == []
    assert found["how_often"]["typical"] is None


def test_assets_are_added_removed_replaced_and_retimed(office: Office) -> None:
    bank(office.world)
    old, stays, goes = picture(office), picture(office), picture(office)
    items = [{"asset_id": one, "duration_s": 10} for one in (old, stays, goes)]
    made = call(office.author, "POST", "/playlists", name="一", items=items).json["id"]
    campaign_id = live(office, playlist_id=made)
    new, added = picture(office), picture(office)
    replace(office, old, new)
    items = [
        {"asset_id": stays, "duration_s": 20},
        {"asset_id": new, "duration_s": 10},
        {"asset_id": added, "duration_s": 10},
    ]
    call(office.author, "PATCH", f"/playlists/{made}", items=items)
    revised(office, campaign_id, name="新名")

    found = changes(office, campaign_id)

    assert [(row["change"], row["asset_id"], row["replaces"]) for row in found["content"]] == [
        ("retimed", stays, None),
        ("replaced", new, old),
        ("added", added, None),
        ("removed", goes, None),
    ]
    assert not found["reordered"]


def replace(office: Office, old: str, new: str) -> None:
    from server.content.models import Asset

    with office.world.core.config.write() as session:
        session.get_one(Asset, int(old[2:])).replaced_by = int(new[2:])


def test_what_stays_may_come_in_another_order(office: Office) -> None:
    bank(office.world)
    first, second = picture(office), picture(office)
    made = make_playlist(office, first, second)
    campaign_id = live(office, playlist_id=made)
    items = [{"asset_id": one} for one in (second, first)]
    call(office.author, "PATCH", f"/playlists/{made}", items=items)
    revised(office, campaign_id)

    found = changes(office, campaign_id)

    assert found["reordered"]
    assert {row["change"] for row in found["content"]} == {"kept"}


def test_screens_and_venues_are_gained_lost_and_kept(office: Office) -> None:
    for kind in ("bank", "bank", "hotel", "school"):
        bank(office.world, kind=kind)
    campaign_id = live(office, selector={"venue_kinds": ["bank", "hotel"]})
    revised(office, campaign_id, selector={"venue_kinds": ["bank", "school"]})

    found = changes(office, campaign_id)["where"]

    assert found == {
        "gained": {"screens": 1, "venues": 1},
        "lost": {"screens": 1, "venues": 1},
        "kept": {"screens": 2, "venues": 2},
    }


def test_days_are_listed_by_dates_day_parts_and_hours(office: Office) -> None:
    bank(office.world)
    week = [1, 2, 3, 4, 5, 6, 7]
    campaign_id = live(
        office, ends_on="2026-11-29", dayparts=[{"days": week, "from": "08:00", "to": "20:00"}]
    )
    parts = [
        {"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "20:00"},
        {"days": [6], "from": "09:00", "to": "12:00"},
    ]
    revised(office, campaign_id, ends_on="2026-12-01", dayparts=parts)

    found = changes(office, campaign_id)["when"]

    assert found["removed"] == [{"from": "2026-11-29", "until": "2026-11-29"}]
    assert found["changed"] == [{"from": "2026-11-28", "until": "2026-11-28"}]
    assert found["added"] == [{"from": "2026-11-30", "until": "2026-12-01"}]
    assert (found["days_before"], found["days"]) == (6, 7)


def test_the_same_hour_is_shown_before_and_after_with_who_gives_way(office: Office) -> None:
    bank(office.world)
    weak = live(office, tier=5, target={"kind": "plays_per_hour", "value": 150})
    campaign_id = live(office, tier=1, target={"kind": "plays_per_hour", "value": 60})
    revised(office, campaign_id, target={"kind": "plays_per_hour", "value": 120})

    tightest = changes(office, campaign_id)["how_often"]["tightest"]

    assert (tightest["before"]["plays_per_hour"], tightest["after"]["plays_per_hour"]) == (60, 120)
    assert [(row["campaign_id"], row["before"], row["after"]) for row in tightest["others"]] == [
        (weak, 150, 120)
    ]
    assert tightest["before"]["longest_wait_s"] > tightest["after"]["longest_wait_s"]
    this = [slot["this"] for slot in tightest["before"]["hour"]["slots"]]
    assert this.count(True) * 3600 / tightest["before"]["hour"]["period_s"] == 60


def test_the_typical_screens_are_given_where_others_are_tighter(office: Office) -> None:
    bank(office.world)
    bank(office.world)
    bank(office.world, kind="hotel")
    live(
        office, selector={"venue_kinds": ["hotel"]}, target={"kind": "plays_per_hour", "value": 99}
    )
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")

    often = changes(office, campaign_id)["how_often"]

    assert (often["tightest"]["venue_kind"], often["typical"]["venue_kind"]) == ("hotel", "bank")
    assert (often["tightest"]["screens"], often["typical"]["screens"]) == (1, 2)


def test_a_signed_off_version_alone_has_nothing_to_compare(office: Office) -> None:
    campaign_id = live(office)

    answer = office.reviewer.client.get(f"/api/v1/campaigns/{campaign_id}/changes")

    assert (answer.status_code, answer.json["code"]) == (409, "nothing_open")


def test_approving_makes_it_so_and_a_stranger_sees_nothing_of_it(office: Office) -> None:
    bank(office.world)
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")

    hidden = office.stranger.client.get(f"/api/v1/campaigns/{campaign_id}/changes")
    assert hidden.status_code == 404

    act(office.reviewer, campaign_id, "approve")
    revised(office, campaign_id)
    found = changes(office, campaign_id)
    assert found["where"]["kept"] == {"screens": 1, "venues": 1}
    assert found["when"]["added"] == found["when"]["removed"] == found["when"]["changed"] == []
