"""`loop build` and `seat` as JSON: input, output, and messages for mistakes."""

import json
from datetime import date
from typing import Any

import pytest

from playlists.errors import InvalidRequest, MalformedManifest
from playlists.plan.forms import build_loop, seat_lines
from playlists.plan.screen_plan import build_plan, to_manifest
from playlists.wire.manifest import encode
from tests.support.factories.orders_and_plans import at, digest, media, order, own_filler, venue

HOUR_FORM: dict[str, Any] = {
    "period_s": 3600,
    "items": [
        {"id": "a1", "campaign": "k1", "role": "campaign", "duration": 15, "plays": 12}
        | {"floor": 12, "tier": 1, "min_gap": 60, "max_gap": 400},
        {"id": "f1", "role": "filler", "duration": 20},
    ],
}


def build(form: Any, *, quick: bool = True) -> tuple[int, Any]:
    code, text = build_loop(json.dumps(form), quick=quick)
    assert "\n" not in text
    return code, json.loads(text)


def test_an_hour_is_built_and_measured() -> None:
    code, answer = build(HOUR_FORM)

    assert code == 0
    assert set(answer) == {"period_s", "slots", "measures", "gave_way"}
    assert answer["period_s"] == 3600
    assert len([slot for slot in answer["slots"] if slot["item"] == "a1"]) == 12
    assert set(answer["measures"]["dwell_reach"]) == {"60", "120", "600"}
    assert answer["measures"]["worst_gap_ratio"] <= 1.1


def test_what_gives_way_is_listed() -> None:
    rows = [{"id": name, "duration": 15, "plays": 160, "tier": 5} for name in "ab"]

    _, answer = build({"period_s": 3600, "items": rows})

    assert answer["gave_way"] == [
        {"item": name, "asked": 160, "given": 120, "tier": 5} for name in "ab"
    ]


def test_a_refusal_is_given_in_figures_and_with_exit_code_two() -> None:
    rows = [{"id": name, "duration": 15, "plays": 130, "floor": 130} for name in "ab"]

    assert build({"period_s": 3600, "items": rows}) == (
        2,
        {
            "refused": [
                {
                    "code": "floors_exceed_period",
                    "items": ["a", "b"],
                    "over_s": 300,
                    "largest_factor": 3600 / 3900,
                    "smallest_change": {"item": "a", "floor": 110},
                }
            ]
        },
    )


def row(name: str, seconds: int, **more: Any) -> dict[str, Any]:
    return {"id": name, "duration": seconds, "plays": more.get("floor", 0), **more}


@pytest.mark.parametrize(
    ("rows", "code", "over_s", "largest_factor", "smallest_change"),
    [
        # 200 x 15 + 100 x 10 = 4000 s; a loses 27 plays (405 s) or b 40 (400 s)
        (
            [row("a", 15, floor=200), row("b", 10, floor=100)],
            "floors_exceed_period",
            400,
            0.9,
            {"item": "a", "floor": 173},
        ),
        # 241 x 15 = 3615 s: one play less of either; equal airtime, so the first
        (
            [row("a", 15, floor=121), row("b", 15, floor=120)],
            "floors_exceed_period",
            15,
            3600 / 3615,
            {"item": "a", "floor": 120},
        ),
        # 100 x 30 + 31 x 20 = 3620 s: one play of either will do; b's is less airtime
        (
            [row("a", 30, floor=100), row("b", 20, floor=31)],
            "floors_exceed_period",
            20,
            3600 / 3620,
            {"item": "b", "floor": 30},
        ),
        # 6000 s: no item alone has the 2400 s
        (
            [row(name, 15, floor=100) for name in "abcd"],
            "floors_exceed_period",
            2400,
            0.6,
            None,
        ),
        # 72 x 30 + 60 x 30 = 3960 s: twelve plays of either
        (
            [row("a", 30, max_gap=50), row("b", 30, max_gap=60)],
            "max_gaps_too_dense",
            360,
            3600 / 3960,
            {"item": "a", "floor": 60},
        ),
        # a has its floor, which is more than its longest wait needs: 100 x 20 + 60 x 30 = 3800 s;
        # a loses 10 plays (200 s) or b 7 (210 s)
        (
            [row("a", 20, floor=100, max_gap=50), row("b", 30, max_gap=60)],
            "max_gaps_too_dense",
            200,
            3600 / 3800,
            {"item": "b", "floor": 53},
        ),
    ],
)
def test_a_load_that_is_refused_has_three_figures(
    rows: list[dict[str, Any]],
    code: str,
    over_s: int,
    largest_factor: float,
    smallest_change: dict[str, Any] | None,
) -> None:
    expected = {
        "code": code,
        "items": [one["id"] for one in rows],
        "over_s": over_s,
        "largest_factor": largest_factor,
        "smallest_change": smallest_change,
    }

    assert build({"period_s": 3600, "items": rows}) == (2, {"refused": [expected]})


@pytest.mark.parametrize(
    ("refused", "codes", "fits"),
    [
        # a longest wait of 90 s needs 40 plays, which a gap of 91 s doesn't allow either
        (
            {"plays": 40, "min_gap": 91, "max_gap": 90},
            ["min_gap_above_max_gap", "min_gap_too_long"],
            {"min_gap": 90},
        ),
        ({"plays": 12, "min_gap": 301}, ["min_gap_too_long"], {"min_gap": 300}),
        ({"plays": 12, "floor": 13, "min_gap": 300}, ["min_gap_too_long"], {"floor": 12}),
        ({"plays": 240, "max_gap": 14}, ["max_gap_below_duration"], {"max_gap": 15}),
    ],
)
def test_a_contradiction_is_refused_from_the_first_second_on(
    refused: dict[str, Any], codes: list[str], fits: dict[str, Any]
) -> None:
    asked = {"id": "a", "duration": 15, **refused}

    exit_code, answer = build({"period_s": 3600, "items": [asked]})

    assert (exit_code, answer["refused"]) == (2, [{"code": c, "items": ["a"]} for c in codes])
    assert build({"period_s": 3600, "items": [asked | fits]})[0] == 0


def test_all_contradictions_are_reported_at_once_and_loads_only_without_any() -> None:
    rows = [
        row("a", 15, floor=200),
        row("b", 10, floor=100),
        {"id": "c", "duration": 20, "plays": 2, "max_gap": 10, "min_gap": 30},
    ]

    _, answer = build({"period_s": 60, "items": rows})

    assert [one["code"] for one in answer["refused"]] == [
        "min_gap_above_max_gap",
        "min_gap_too_long",
        "max_gap_below_duration",
    ]
    assert [one["items"] for one in answer["refused"]] == [["c"], ["c"], ["c"]]


def test_a_contradiction_has_no_figures() -> None:
    row = {"id": "a", "duration": 15, "plays": 2, "min_gap": 90, "max_gap": 60}

    code, answer = build({"period_s": 120, "items": [row]})

    assert code == 2
    assert {"code": "min_gap_above_max_gap", "items": ["a"]} in answer["refused"]


def test_without_a_period_the_plays_fill_it_and_nothing_is_stretched() -> None:
    rows = [{"id": "a", "duration": 7.5, "plays": 4}, {"id": "b", "duration": 20, "plays": 3}]

    _, answer = build({"items": rows})

    assert answer["period_s"] == 90
    assert {(slot["item"], slot["duration_s"]) for slot in answer["slots"]} == {
        ("a", 7.5),
        ("b", 20),
    }


def test_a_gap_that_no_order_keeps_is_listed() -> None:
    rows = [
        {"id": "a", "duration": 1000, "plays": 2, "min_gap": 1700, "kind": "video"},
        {"id": "b", "duration": 1600, "plays": 1, "kind": "video"},
    ]

    _, answer = build({"period_s": 3600, "items": rows})

    assert answer["missed_gaps"] == [{"item": "a", "min_gap": 1700, "reached": 1000}]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"id": ""}, "/items/0/id"),
        ({"id": None}, "/items/0/id"),
        ({"duration": 0.5}, "/items/0/duration"),
        ({"duration": "15"}, "/items/0/duration"),
        ({"duration": float("nan")}, "/items/0/duration"),
        ({"plays": 1.5}, "/items/0/plays"),
        ({"plays": -1}, "/items/0/plays"),
        ({"plays": float("inf")}, "/items/0/plays"),
        ({"plays": None, "floor": 0, "max_gap": None}, "/items/0/plays"),
        ({"tier": 6}, "/items/0/tier"),
        ({"tier": 0}, "/items/0/tier"),
        ({"role": "advert"}, "/items/0/role"),
        ({"kind": "sound"}, "/items/0/kind"),
        ({"max_gap": 0}, "/items/0/max_gap"),
        ({"min_gaps": 3}, "/items/0/min_gaps"),
        ({"id": "f1"}, "/items/1/id"),
        ({"plays": 30_000}, "/items/0/plays"),
    ],
)
def test_a_mistake_in_an_item_is_named(change: dict[str, Any], pointer: str) -> None:
    form = HOUR_FORM | {"items": [HOUR_FORM["items"][0] | change, HOUR_FORM["items"][1]]}

    with pytest.raises(InvalidRequest) as caught:
        build(form)

    assert caught.value.pointer == pointer
    assert caught.value.detail


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("", ""),
        ("[]", ""),
        ("{}", "/items"),
        ('{"items": []}', "/items"),
        ('{"period_s": -1, "items": [{"id": "a", "duration": 5, "plays": 1}]}', "/period_s"),
        ('{"items": [{"id": "a", "duration": 5, "role": "filler"}]}', "/items/0/plays"),
        ('{"items": [{"id": "a", "duration": 5, "plays": 0}]}', "/items"),
    ],
)
def test_a_mistake_in_the_whole_is_named(text: str, pointer: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        build_loop(text)

    assert caught.value.pointer == pointer


def test_unknown_keys_are_no_mistake() -> None:
    form = HOUR_FORM | {"note": "tea at four"}

    assert build(form)[0] == 0


def test_seats_are_printed_in_the_order_asked() -> None:
    place = venue()
    orders = [order("k"), own_filler()]
    begin, end = at(place, date(2026, 3, 2)), at(place, date(2026, 3, 3))
    manifest = to_manifest(
        build_plan(orders, place, begin, end), media(*orders), digest("0"), place.timezone
    )
    instants = [at(place, date(2026, 3, 2), "09:00"), end, begin]

    lines = [json.loads(line) for line in seat_lines(encode(manifest), instants)]

    assert [line["at"] for line in lines] == instants
    assert [line["state"] for line in lines] == ["playing", "fallback", "off"]
    assert set(lines[0]) == {"at", "state", "segment", "cycle", "slot", "offset_ms"} | {
        "asset",
        "campaign",
        "held",
    }
    assert lines[1] == {"at": end, "state": "fallback", "asset": digest("0")}
    assert lines[2] == {"at": begin, "state": "off", "segment": 0}


def test_a_malformed_manifest_is_reported_before_the_first_line() -> None:
    with pytest.raises(MalformedManifest):
        seat_lines("{}", [1])
