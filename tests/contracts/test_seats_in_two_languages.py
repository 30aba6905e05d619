"""Seat in Python and in the player's JavaScript, on thousands of drawn cases: field by field."""

import json
import subprocess
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from playlists.wire.manifest import decode, encode
from playlists.wire.model import Asset, Loop, Manifest, Segment, Slot
from playlists.wire.seat import Seat, next_change, seat
from tests.support.factories.orders_and_plans import SHANGHAI, digest

ROOT = Path(__file__).parents[2]
MANIFESTS = 240
LEAST_CASES = 10_000
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
# 2026-12-31 16:00 UTC: New Year's midnight in Shanghai, which some segments span.
MIDNIGHT_MS = 1_798_732_800_000
Case = tuple[Manifest, list[int]]


def some_loop(chance: Random) -> Loop:
    """From one slot to forty; periods are whatever comes out, mostly odd."""
    slots, reached = [], 0
    for _ in range(chance.choice([1, 2, 3, 7, 40])):
        length = chance.choice([1, 999, 1_000, 7_001, 15_000, chance.randint(1, 90_001)])
        slots.append(Slot(reached, length, chance.randrange(3), chance.choice([-1, 0, 1])))
        reached += length
    return Loop(reached, tuple(slots))


def some_anchor(chance: Random, from_ms: int, period_ms: int) -> int:
    """At the segment's begin, before it by whole or broken periods, or after it."""
    return from_ms + chance.choice(
        [0, -period_ms, -chance.randint(1, 2 * HOUR_MS), chance.randint(1, 3 * period_ms)]
    )


def some_manifest(chance: Random) -> Manifest:
    """Segments with gaps between some, closed ones, short ones; the first may span midnight."""
    loops = {f"L{number}": some_loop(chance) for number in range(chance.randint(1, 3))}
    segments, reached = [], MIDNIGHT_MS - chance.choice([0, 1, 30_000, HOUR_MS, 5 * HOUR_MS])
    for _ in range(chance.randint(1, 5)):
        begin = reached + chance.choice([0, 0, 1, chance.randint(1, HOUR_MS)])
        name = chance.choice([*loops, *loops, None])
        period_ms = loops[name].period_ms if name else HOUR_MS
        whole = chance.randint(1, 3) * period_ms
        reached = begin + chance.choice([whole, whole + 1, chance.randint(1, whole), 7 * HOUR_MS])
        anchor = some_anchor(chance, begin, period_ms) if name else begin
        segments.append(Segment(begin, reached, name, anchor))
    assets = tuple(Asset(digest(x), "image", "image/png", 1, 1, 1) for x in "abc")
    return Manifest(SHANGHAI, assets, ("k_1", "k_2"), loops, tuple(segments), 2)


def telling_instants(chance: Random, manifest: Manifest) -> list[int]:
    """Begins and ends of segments and of slots, 1 ms around each, and some between and outside."""
    edges = {MIDNIGHT_MS}
    for segment in manifest.segments:
        edges |= {segment.from_ms, segment.until_ms}
        if segment.loop is None:
            continue
        loop = manifest.loops[segment.loop]
        for near in (segment.from_ms, segment.until_ms, segment.anchor_ms):
            lap = near - (near - segment.anchor_ms) % loop.period_ms
            edges |= {lap + slot.start_ms for slot in chance.choices(loop.slots, k=3)}
    first, last = manifest.segments[0].from_ms, manifest.segments[-1].until_ms
    between = [chance.randint(first - DAY_MS, last + DAY_MS) for _ in range(4)]
    between += [chance.randint(first, last - 1) for _ in range(12)]
    return sorted({edge + by for edge in edges for by in (-1, 0, 1)}) + between


def drawn_cases() -> list[Case]:
    chance = Random(20_261_125)
    manifests = [some_manifest(chance) for _ in range(MANIFESTS)]
    return [(one, telling_instants(chance, one)) for one in manifests]


def answers_of_the_player(cases: list[Case]) -> list[list[Any]]:
    """Pairs of seat and next change, for each manifest; one run of Node.js."""
    lines = [json.dumps({"manifest": encode(one), "instants": at}) for one, at in cases]
    run = subprocess.run(
        ["node", "tests/player/answers.js"],
        cwd=ROOT,
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def kinds_of(manifest: Manifest, now: Seat) -> list[str]:
    """What makes a case worth asking."""
    found = [now.state]
    if now.segment is None or now.state == "off":
        return found
    segment = manifest.segments[now.segment]
    found += ["held"] if now.held else []
    found += ["a cycle before the anchor"] if (now.cycle or 0) < 0 else []
    found += (
        ["begun before its segment"] if now.at_ms - (now.offset_ms or 0) < segment.from_ms else []
    )
    found += ["in a segment across midnight"] if segment.from_ms < MIDNIGHT_MS < now.at_ms else []
    return found


@pytest.mark.slow
def test_python_and_the_player_agree_on_every_field_of_ten_thousand_seats() -> None:
    cases = drawn_cases()

    theirs = answers_of_the_player(cases)

    met: Counter[str] = Counter()
    asked = 0
    for (manifest, instants), answers in zip(cases, theirs, strict=True):
        read = decode(encode(manifest))
        for at_ms, answer in zip(instants, answers, strict=True):
            now = seat(read, at_ms)
            assert answer == [now.as_json(), next_change(read, at_ms)]
            met.update(kinds_of(read, now))
            asked += 1
    print(f"{asked} seats of {len(cases)} manifests: {dict(met)}")
    assert asked >= LEAST_CASES
    assert min(met.values()) >= 200
    assert len(met) == 7
