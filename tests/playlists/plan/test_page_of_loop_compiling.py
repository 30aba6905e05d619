"""docs/algorithms/loop-compiling.md: its example is run unchanged, its bounds hold."""

import json
import math
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.demand.orders import CampaignOrder, OrderAsset, Target
from playlists.demand.targets import hourly_frequency
from playlists.plan.forms import build_loop
from playlists.plan.screen_plan import build_plan, to_manifest
from playlists.spread.measures import Showing, measure
from playlists.wire.compliance import expected_plays
from tests.support.factories.orders_and_plans import (
    HOUR,
    at,
    digest,
    media,
    own_filler,
    quick_loop,
    venue,
)

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/algorithms/loop-compiling.md").read_text(encoding="utf-8")
DEMANDS, REQUEST, CROWDED, PROMISED, LOOP, PLAN = (
    json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
)
MONDAY = date(2026, 3, 2)
Slots = list[tuple[str, int]]
"""Items in order of time, each with its length in ms."""


def changed(change: dict[str, dict[str, Any]]) -> dict[str, Any]:
    rows = [row | change.get(row["id"], {}) for row in REQUEST["items"]]
    return REQUEST | {"items": rows}


def built(form: dict[str, Any]) -> Any:
    return json.loads(build_loop(json.dumps(form))[1])


def order_of(demand: dict[str, Any], letter: str) -> CampaignOrder:
    asset = OrderAsset(digest(letter), demand["duration"] * 1000)
    return CampaignOrder(demand["id"], (asset,), Target(**demand["target"]))


ORDERS = [order_of(demand, letter) for demand, letter in zip(DEMANDS, "abcd", strict=True)]


def bounds(slots: Slots) -> dict[str, float]:
    """The least that each item's longest gap / ideal gap can be, in any order of the slots."""
    period = sum(length for _, length in slots)
    common = math.gcd(*(length for _, length in slots))
    found = {}
    for name, plays in Counter(name for name, _ in slots).items():
        own = min(length for item, length in slots if item == name)
        others = max((length for item, length in slots if item != name), default=0)
        least = max(common * math.ceil(period / (common * plays)), own + others)
        found[name] = least * plays / period
    return found


def slots_of(answer: dict[str, Any]) -> Slots:
    return [(slot["item"], round(slot["duration_s"] * 1000)) for slot in answer["slots"]]


def ratio(slots: Slots) -> float:
    showings, at_ms = [], 0
    for name, length in slots:
        showings.append(Showing(name, name, at_ms))
        at_ms += length
    return measure(showings, at_ms).worst_gap_ratio or 0.0


@pytest.mark.parametrize(
    ("demand", "order"), list(zip(DEMANDS, ORDERS, strict=True)), ids=[one["id"] for one in DEMANDS]
)
def test_the_offices_words_are_so_many_plays_an_hour(
    demand: dict[str, Any], order: CampaignOrder
) -> None:
    asked = {row["id"]: row["plays"] for row in REQUEST["items"] if "plays" in row}

    assert hourly_frequency(order, 12 * HOUR).plays == demand["plays"] == asked[demand["id"]]


def test_items_give_way_as_far_as_the_page_states() -> None:
    assert built(changed(CROWDED["change"]))["gave_way"] == CROWDED["gave_way"]


def test_promises_beyond_the_hour_are_refused_in_the_pages_figures() -> None:
    assert built(changed(PROMISED["change"]))["refused"] == PROMISED["refused"]


def test_the_loop_has_the_plays_and_lengths_that_the_page_works_out() -> None:
    answer = built(REQUEST)

    lengths = defaultdict(list)
    for slot in answer["slots"]:
        lengths[slot["item"]].append(slot["duration_s"])
    assert answer["period_s"] == LOOP["period_s"]
    assert answer["gave_way"] == []
    assert {name: len(found) for name, found in lengths.items()} == LOOP["plays"]
    assert {name: min(found) for name, found in lengths.items()} == LOOP["shortest_s"]
    assert {name: max(found) for name, found in lengths.items()} == LOOP["longest_s"]
    assert answer["slots"][0]["item"] == LOOP["first"]


def test_the_search_comes_near_the_bounds_of_the_page() -> None:
    answer = built(REQUEST)
    least = max(bounds(slots_of(answer))[row["id"]] for row in DEMANDS)

    assert least == pytest.approx(LOOP["least_worst_gap_ratio"], abs=1e-4)
    assert least <= answer["measures"]["worst_gap_ratio"] <= 1.05 * least
    assert answer["measures"]["back_to_back"] == LOOP["least_back_to_back"]


def test_the_day_has_the_plays_of_twelve_such_hours() -> None:
    place = venue((PLAN["open"][0], PLAN["open"][1]))
    orders = [*ORDERS, own_filler(e=25, f=40)]
    begin, end = at(place, MONDAY), at(place, MONDAY + timedelta(days=1))
    made = build_plan(orders, place, begin, end, quick_loop)
    manifest = to_manifest(made, media(*orders), digest("0"), place.timezone)

    counts = expected_plays(manifest, begin, end)

    assert len(manifest.segments) == PLAN["segments"]
    assert {one.id: counts[one.id] for one in ORDERS} == PLAN["plays_per_day"]


@pytest.mark.slow
@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from([1, 2, 3, 5, 8])), min_size=1, max_size=6
    )
)
def test_no_order_at_all_passes_the_bounds(slots: Slots) -> None:
    # the first may stay: a cycle turned round is the same cycle
    best = min(ratio([slots[0], *rest]) for rest in permutations(slots[1:]))

    assert best >= max(bounds(slots).values()) - 1e-9


def test_every_link_of_the_page_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", PAGE)

    assert [link for link in links if not (ROOT / "docs/algorithms" / link).exists()] == []
    assert {"admission.md", "spacing.md", "plan.md", "seat.md"} <= set(links)
