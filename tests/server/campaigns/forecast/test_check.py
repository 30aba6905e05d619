"""/check: what an order means for its screens, before anyone signs it."""

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
    signed,
)
from tests.support.app.people import sign_in

pytestmark = pytest.mark.slow

DAYTIME = {str(day): [["08:00", "20:00"]] for day in range(1, 8)}


def check(office: Office, campaign_id: str) -> dict[str, Any]:
    answer = act(office.author, campaign_id, "check")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def test_the_answer_has_groups_and_names_the_tightest_and_the_typical(office: Office) -> None:
    bank(office.world)
    bank(office.world)
    bank(office.world, kind="hotel")
    campaign_id = draft(office)

    found = check(office, campaign_id)

    assert set(found) == {"groups", "tightest", "typical", "alike", "warnings", "notices"}
    assert [(group["screens"], group["venue_kind"]) for group in found["groups"]] == [
        (2, "bank"),
        (1, "hotel"),
    ]
    assert set(found["groups"][0]) == {
        "screens",
        "venue_kind",
        "hour",
        "plays_per_hour",
        "plays_per_day",
        "longest_wait_s",
        "dwell_s",
        "dwell_reach",
        "dwell_by_stay",
        "gave_way",
        "boosts",
        "refused",
        "reasons",
    }
    assert found["typical"] == 0


def test_twelve_plays_an_hour_are_twelve_evenly_spread_slots(office: Office) -> None:
    bank(office.world)

    group = check(office, draft(office))["groups"][0]

    loops = 3600 // group["hour"]["period_s"]
    mine = [slot for slot in group["hour"]["slots"] if slot["this"]]
    assert group["plays_per_hour"] == 12
    assert len(mine) * loops == 12
    assert group["longest_wait_s"] == pytest.approx(300, abs=30)
    # People stay a quarter of an hour in a bank: all of them see one that comes every 5 minutes.
    assert group["dwell_reach"] == 1
    assert sum(slot["duration_s"] for slot in group["hour"]["slots"]) == group["hour"]["period_s"]


def test_dwell_reach_goes_by_how_long_people_usually_stay(office: Office) -> None:
    bank(office.world, kind="road")

    group = check(office, draft(office))["groups"][0]

    # 10 s beside a main road, a play each 300 s.
    assert group["dwell_s"] == 10
    assert group["dwell_reach"] == pytest.approx(10 / 300, abs=0.001)
    assert group["dwell_by_stay"] == {
        "60": pytest.approx(60 / 300, abs=0.001),
        "120": pytest.approx(120 / 300, abs=0.001),
        "600": 1,
    }


def test_plays_per_day_are_spread_over_each_screens_own_hours(office: Office) -> None:
    bank(office.world)
    bank(office.world, hours=DAYTIME)
    campaign_id = draft(office, target={"kind": "plays_per_day", "value": 120})

    groups = check(office, campaign_id)["groups"]

    assert sorted(group["plays_per_hour"] for group in groups) == [5, 10]


def test_a_days_plays_are_those_of_its_hours_as_admitted(office: Office) -> None:
    bank(office.world, hours=DAYTIME)
    noon = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "12:00", "to": "13:00"}]
    live(office, tier=1, dayparts=noon, target={"kind": "plays_per_hour", "value": 200})
    campaign_id = draft(office, tier=4, target={"kind": "plays_per_hour", "value": 60})

    group = check(office, campaign_id)["groups"][0]

    # The fullest hour leaves 40 of 60; the eleven others leave all.
    assert (group["plays_per_hour"], group["plays_per_day"]) == (40, 11 * 60 + 40)


def test_screens_are_alike_only_if_they_fill_the_same_hours_in_the_same_way(
    office: Office,
) -> None:
    bank(office.world, hours=DAYTIME)
    bank(office.world, kind="hotel", hours=DAYTIME)
    campaign_id = draft(office)
    same = check(office, campaign_id)
    bank(office.world, kind="hotel")

    others = check(office, campaign_id)

    assert (same["alike"], others["alike"]) == (True, False)
    # One hour is the fullest and the usual one, and yet their days differ.
    assert others["tightest"] == others["typical"]
    assert len({group["plays_per_day"] for group in others["groups"]}) == 2
    later = draft(office, starts_on="2027-06-01", ends_on="2027-06-02")
    assert not check(office, later)["alike"], "its first days are looked at, however late"


def test_a_boosted_campaign_has_its_usual_figures_and_those_while_it_is_boosted(
    office: Office,
) -> None:
    bank(office.world, hours=DAYTIME)
    weak = live(office, tier=5, target={"kind": "plays_per_hour", "value": 225})
    campaign_id = live(office, tier=1)
    # Begins in the middle of a day, whose plays are neither those of one state nor of the other.
    body = {"from": "2026-11-26T16:00:00+08:00", "until": "2026-11-27T23:00:00+08:00"}
    answer = act(office.author, campaign_id, "boost", factor=1.5, reason="集中宣传", **body)
    assert answer.status_code == 200, answer.json

    group = check(office, campaign_id)["groups"][0]

    assert (group["plays_per_hour"], group["plays_per_day"]) == (12, 12 * 12)
    mine = [slot for slot in group["hour"]["slots"] if slot["this"]]
    assert len(mine) * 3600 // group["hour"]["period_s"] == 12
    assert group["gave_way"] == []
    boost = group["boosts"][0]
    assert {key: boost[key] for key in ("factor", "plays_per_hour", *body)} == {
        "factor": 1.5,
        "plays_per_hour": 18,
        **body,
    }
    # 240 plays of 15 s fill an hour; 18 leave 222.
    assert [(row["campaign_id"], row["given"]) for row in boost["gave_way"]] == [(weak, 222)]


def test_a_draft_is_checked_against_live_campaigns_and_the_lower_tier_gives_way(
    office: Office,
) -> None:
    bank(office.world)
    weak = live(office, tier=5, target={"kind": "plays_per_hour", "value": 150})
    campaign_id = draft(office, tier=1, target={"kind": "plays_per_hour", "value": 120})

    group = check(office, campaign_id)["groups"][0]

    assert group["plays_per_hour"] == 120
    assert [
        (row["campaign_id"], row["asked"], row["given"], row["tier"]) for row in group["gave_way"]
    ] == [(weak, 150, 120, 5)]
    assert group["refused"] == []
    owners = {slot["campaign"] for slot in group["hour"]["slots"]}
    assert owners == {weak, campaign_id}


def ordered(kind: str, value: float, **more: Any) -> dict[str, Any]:
    return {"target": {"kind": kind, "value": value}, **more}


@pytest.mark.parametrize(
    ("own_share", "seconds", "orders", "code", "figures"),
    [
        # 200 + 60 plays of 15 s are 3900 s: twenty plays of either, so the first
        (
            0.0,
            15,
            (ordered("plays_per_hour", 200, floor=200), ordered("plays_per_hour", 60, floor=60)),
            "floors_exceed_period",
            (300, 3600 / 3900, ("beside", 180)),
        ),
        # the venue keeps 1800 s; 30 + 100 plays of 15 s are 1950 s
        (
            0.5,
            15,
            (ordered("plays_per_hour", 30, floor=30), ordered("plays_per_hour", 100, floor=100)),
            "floors_exceed_period",
            (150, 1800 / 1950, ("beside", 20)),
        ),
        # two hundred plays of 20 s are 4000 s; the other one's 10 aren't enough to lose
        (
            0.0,
            20,
            (ordered("plays_per_hour", 10, floor=10), ordered("plays_per_hour", 200, floor=200)),
            "floors_exceed_period",
            (600, 3600 / 4200, ("mine", 170)),
        ),
        # 72 + 60 plays of 30 s are 3960 s
        (
            0.0,
            30,
            (ordered("longest_wait_s", 50), ordered("longest_wait_s", 60)),
            "max_gaps_too_dense",
            (360, 3600 / 3960, ("beside", 60)),
        ),
    ],
)
def test_loads_that_dont_fit_are_refused_with_figures(
    office: Office,
    own_share: float,
    seconds: int,
    orders: tuple[dict[str, Any], dict[str, Any]],
    code: str,
    figures: tuple[int, float, tuple[str, int]],
) -> None:
    bank(office.world, own_share=own_share)
    lists = [make_playlist(office, picture(office), duration_s=seconds) for _ in range(2)]
    campaigns = {"beside": live(office, playlist_id=lists[0], **orders[0])}
    campaigns["mine"] = draft(office, playlist_id=lists[1], **orders[1])

    (refused,) = check(office, campaigns["mine"])["groups"][0]["refused"]

    over_s, largest_factor, (item, floor) = figures
    assert refused == {
        "code": code,
        "items": [campaigns["beside"], campaigns["mine"]],
        "over_s": over_s,
        "largest_factor": largest_factor,
        "smallest_change": {"item": campaigns[item], "floor": floor},
    }


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        (ordered("plays_per_hour", 12, min_gap_s=301), ["min_gap_too_long"]),
        (ordered("plays_per_hour", 12, min_gap_s=300), []),
        (
            ordered("longest_wait_s", 60, min_gap_s=61),
            ["min_gap_above_max_gap", "min_gap_too_long"],
        ),
        (ordered("longest_wait_s", 14), ["max_gap_below_duration"]),
    ],
)
def test_contradictions_are_refused_by_code_without_figures(
    office: Office, order: dict[str, Any], codes: list[str]
) -> None:
    bank(office.world)
    campaign_id = draft(office, **order)

    refused = check(office, campaign_id)["groups"][0]["refused"]

    assert refused == [{"code": code, "items": [campaign_id]} for code in codes]


def test_what_cant_fit_isnt_submitted(office: Office) -> None:
    bank(office.world)
    live(office, floor=200, target={"kind": "plays_per_hour", "value": 200})
    campaign_id = draft(office, floor=60, target={"kind": "plays_per_hour", "value": 60})

    answer = act(office.author, campaign_id, "submit")

    assert (answer.status_code, answer.json["code"]) == (409, "does_not_fit")
    assert answer.json["refused"][0]["code"] == "floors_exceed_period"


def test_what_doesnt_fit_any_more_when_it_is_signed_stays_off_the_screens(
    office: Office,
) -> None:
    bank(office.world)
    late = draft(office, floor=130, target={"kind": "plays_per_hour", "value": 130})
    act(office.author, late, "submit")
    live(office, floor=130, target={"kind": "plays_per_hour", "value": 130})

    answer = act(office.reviewer, late, "approve")

    assert (answer.status_code, answer.json["code"]) == (409, "does_not_fit")


def test_the_venues_own_share_is_kept_out_of_the_room(office: Office) -> None:
    bank(office.world, own_share=0.5)
    campaign_id = draft(office, floor=130, target={"kind": "plays_per_hour", "value": 130})

    assert act(office.author, campaign_id, "submit").json["code"] == "does_not_fit"


def test_contradictory_gaps_are_refused_with_their_own_code(office: Office) -> None:
    bank(office.world)
    campaign_id = draft(office, min_gap_s=400)

    assert check(office, campaign_id)["groups"][0]["refused"] == [
        {"code": "min_gap_too_long", "items": [campaign_id]}
    ]


def test_the_fullest_group_is_the_tightest(office: Office) -> None:
    bank(office.world)
    bank(office.world)
    bank(office.world, kind="hotel", own_share=0.6)

    found = check(office, draft(office))

    assert found["groups"][found["tightest"]]["venue_kind"] == "hotel"
    assert found["groups"][found["typical"]]["venue_kind"] == "bank"


def test_the_fullest_hour_of_the_coming_days_counts_not_just_todays(office: Office) -> None:
    bank(office.world)
    saturday = [{"days": [6], "from": "10:00", "to": "11:00"}]
    live(office, dayparts=saturday, target={"kind": "plays_per_hour", "value": 200})
    campaign_id = draft(office, tier=4, target={"kind": "plays_per_hour", "value": 60})

    group = check(office, campaign_id)["groups"][0]

    assert [(row["asked"], row["given"]) for row in group["gave_way"]] == [(60, 40)]


def test_one_that_begins_in_two_months_is_held_against_what_runs_then(office: Office) -> None:
    bank(office.world)
    spring = {"starts_on": "2027-01-25", "ends_on": "2027-02-20"}
    live(office, tier=1, target={"kind": "plays_per_hour", "value": 230})
    signed(office, draft(office, tier=1, target={"kind": "plays_per_hour", "value": 200}, **spring))
    campaign_id = draft(office, tier=4, target={"kind": "plays_per_hour", "value": 60}, **spring)

    group = check(office, campaign_id)["groups"][0]

    assert (group["plays_per_hour"], group["gave_way"][0]["given"]) == (40, 40)
    assert group["plays_per_day"] == 40 * 24
    assert sum(slot["this"] for slot in group["hour"]["slots"]) > 0


def test_what_cant_fit_in_two_months_isnt_submitted_either(office: Office) -> None:
    bank(office.world)
    spring = {"starts_on": "2027-01-25", "ends_on": "2027-02-20"}
    full = draft(office, floor=200, target={"kind": "plays_per_hour", "value": 200}, **spring)
    signed(office, full)
    campaign_id = draft(office, floor=60, target={"kind": "plays_per_hour", "value": 60}, **spring)

    answer = act(office.author, campaign_id, "submit", include_assets=True)

    assert (answer.status_code, answer.json["code"]) == (409, "does_not_fit")


def test_workdays_go_by_the_calendar(office: Office) -> None:
    bank(office.world)
    parts = [{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:00", "calendar": "workdays"}]
    during = draft(office, dayparts=parts, starts_on="2026-12-01", ends_on="2026-12-02")
    admin = sign_in(office.world, "admin", over=1)
    for day in ("2026-12-01", "2026-12-02"):
        call(admin, "PUT", f"/calendar/{day}", kind="holiday", name="区运动会")

    assert check(office, during)["groups"][0]["plays_per_hour"] == 0


def test_an_order_without_screens_or_hours_has_an_empty_answer(office: Office) -> None:
    nothing = {"groups": [], "tightest": None, "typical": None, "alike": True}
    nothing |= {"warnings": [], "notices": []}
    assert check(office, draft(office)) == nothing

    bank(office.world, hours={"1": [["08:00", "09:00"]]})
    only_tuesday = draft(office, starts_on="2026-11-24", ends_on="2026-11-24")
    group = check(office, only_tuesday)["groups"][0]

    assert (group["plays_per_hour"], group["hour"]["slots"]) == (0, [])


def test_several_assets_take_turns(office: Office) -> None:
    bank(office.world)
    first, second = picture(office), picture(office)
    campaign_id = draft(office, playlist_id=make_playlist(office, first, second, duration_s=10))

    slots = check(office, campaign_id)["groups"][0]["hour"]["slots"]
    mine = [slot["item"] for slot in slots if slot["this"]]

    assert mine == [first, second] * (len(mine) // 2)


def test_checking_changes_nothing_and_may_be_read_too(office: Office) -> None:
    bank(office.world)
    campaign_id = draft(office)

    asked = check(office, campaign_id)
    got = office.reviewer.client.get(f"/api/v1/campaigns/{campaign_id}/check").json

    assert asked == got


def test_more_plays_than_can_be_planned_are_refused_in_words(office: Office) -> None:
    bank(office.world)
    minute = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "10:00", "to": "10:01"}]
    campaign_id = draft(office, dayparts=minute, target={"kind": "plays_per_day", "value": 86_400})

    answer = act(office.author, campaign_id, "check")

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/target/value")
