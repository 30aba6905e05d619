"""What an auditor takes away, and the verifier that needs no database."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from server.playlog.audit.verifier.verify import verify
from server.playlog.store.packing.batch_codec import pack, unpack
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, hand_in_all, move, put_on_air
from tests.support.plays.plays import BOOT, make_batch, make_programme

pytestmark = pytest.mark.slow
PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
Lines = list[bytes]


@pytest.fixture
def lines(world: World) -> Lines:
    """An export of two screens; one log has a lost range, and batches of two manifests."""
    screens = [make_screen(world), make_screen(world)]
    for screen in screens:
        put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in_all(world, screens[0], PROGRAMME, SLOTS)
    hand_in(world, screens[1], make_batch(PROGRAMME, SLOTS[:20]))
    hand_in(world, screens[1], {"boot": BOOT, "lost": [[21, 25, "storage"]]})
    hand_in(
        world,
        screens[1],
        make_batch(PROGRAMME, SLOTS[25:30], first=26, offset_ms=SLOTS[0].start_ms - 5_000),
    )
    return exported(world)


def exported(world: World, **query: str) -> Lines:
    answer = sign_in(world, "auditor").client.get("/api/v1/plays/export", query_string=query)
    assert answer.status_code == 200
    assert answer.mimetype == "application/x-ndjson"
    return answer.data.splitlines()


def changed(line: bytes, **fields: Any) -> bytes:
    return json.dumps(json.loads(line) | fields).encode()


def findings(lines: Lines) -> str:
    return "\n".join(one.en for one in verify(lines).findings)


def test_an_export_has_one_line_an_event_and_holds(lines: Lines) -> None:
    events = [json.loads(line) for line in lines]

    report = verify(lines)

    assert report.findings == ()
    assert report.lines == len(events) == 240 + 20 + 1 + 5
    assert [event.get("lost") for event in events if "lost" in event] == [[21, 25, "storage"]]
    assert events[-1]["key"]["kid"] == report.key_id


@pytest.mark.long
@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda lines: [*lines[:7], changed(lines[7], shown_ms=29999), *lines[8:]], "changed"),
        (lambda lines: [*lines[:7], changed(lines[7], verdict="failed"), *lines[8:]], "changed"),
        (lambda lines: [*lines[:7], changed(lines[7], campaign_id="k_9"), *lines[8:]], "changed"),
        (lambda lines: [*lines[:7], b"{}", *lines[8:]], "changed"),
        (lambda lines: [*lines[:-1], changed(lines[-1], signature="AAAA")], "changed"),
        (lambda lines: lines[:7] + lines[8:], "missing"),
        (lambda lines: lines[1:], "missing"),
        (lambda lines: lines[:-1], "missing"),
        (lambda lines: lines[:100], "missing"),
        (lambda lines: [line for line in lines if b'"lost"' not in line], "missing"),
        (lambda lines: [*lines[:7], lines[8], lines[7], *lines[9:]], "moved"),
        (lambda lines: [*lines[:9], lines[8], *lines[9:]], "moved"),
        (lambda lines: lines[1:] + lines[:1], "moved"),
    ],
    ids=[
        "a time on the glass",
        "a verdict",
        "a campaign",
        "an emptied line",
        "the signature",
        "a line",
        "the first line",
        "the last line",
        "the rest",
        "a lost range",
        "two swapped",
        "one twice",
        "the first at the end",
    ],
)
def test_a_spoilt_export_is_found_out(
    lines: Lines, spoil: Callable[[Lines], Lines], word: str
) -> None:
    assert word in findings(spoil(lines))


def test_a_finding_names_the_screen_the_boot_and_the_event(lines: Lines) -> None:
    found = findings([*lines[:7], changed(lines[7], shown_ms=1), *lines[8:]])

    assert f"s_1 {BOOT} 8" in found


def test_part_of_a_log_can_be_exported_and_checked(world: World, lines: Lines) -> None:
    part = exported(
        world,
        screen_id="s_1",
        **{"from": "2026-11-24T09:10:00+08:00", "to": "2026-11-24T09:20:00+08:00"},
    )

    assert len(part) == 40
    assert json.loads(part[0])["seq"] == 41
    assert verify(part).findings == ()
    assert len(lines) > len(part)


def cut(from_: str, until: str) -> dict[str, str]:
    """Part of the day, by the district's clock."""
    return {"from": f"2026-11-24T{from_}:00+08:00", "to": f"2026-11-24T{until}:00+08:00"}


def numbers(lines: Lines) -> list[Any]:
    """The numbers of events, and the ranges that were declared lost."""
    events = [json.loads(line) for line in lines]
    return [event.get("seq") or event["lost"] for event in events]


@pytest.fixture
def holed(world: World) -> World:
    """Two hours later; plays from 09:00 to 09:10, lost to 09:20, plays to 09:30, lost since."""
    screen, loses = make_screen(world), "storage_full"
    put_on_air(world, screen, PROGRAMME, START_MS)
    offset_ms = SLOTS[0].start_ms - 5_000
    world.clock.forward(2 * HOUR_MS)
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:40]))
    hand_in(world, screen, {"boot": BOOT, "lost": [[41, 80, loses]]})
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[80:120], first=81, offset_ms=offset_ms))
    hand_in(world, screen, {"boot": BOOT, "lost": [[121, 130, loses]]})
    return world


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        (cut("09:05", "09:15"), [*range(21, 41), [41, 80]]),
        (cut("09:15", "09:25"), [[41, 80], *range(81, 101)]),
        (cut("09:12", "09:18"), [[41, 80]]),
        (cut("09:25", "11:00"), [*range(101, 121), [121, 130]]),
        (cut("10:00", "11:00"), [[121, 130]]),
        (cut("09:22", "09:28"), [*range(89, 113)]),
        (cut("09:00", "12:00"), [*range(1, 41), [41, 80], *range(81, 121), [121, 130]]),
    ],
    ids=["at its end", "before it", "nothing else", "the last", "only the last", "none", "all"],
)
def test_losses_at_the_edges_of_a_part_are_reported_and_the_part_is_valid(
    holed: World, part: dict[str, str], wanted: list[Any]
) -> None:
    found = exported(holed, **part)

    reported = [one[:2] if isinstance(one, list) else one for one in numbers(found)]
    assert reported == wanted
    assert verify(found).findings == ()


def test_plays_missing_before_all_stored_ones_are_reported(world: World) -> None:
    screen = make_screen(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in(world, screen, {"boot": BOOT, "lost": [[1, 40, "storage_full"]]})
    later = make_batch(PROGRAMME, SLOTS[40:60], first=41, offset_ms=SLOTS[0].start_ms - 5_000)
    hand_in(world, screen, later)

    found = exported(world)

    assert numbers(found) == [[1, 40, "storage_full"], *range(41, 61)]
    assert verify(found).findings == ()


def test_a_wholly_lost_boot_is_reported(world: World) -> None:
    screen = make_screen(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:20]))
    hand_in(world, screen, {"boot": "other-boot", "lost": [[1, 3, "storage_full"]]})

    found = exported(world)

    assert numbers(found) == [*range(1, 21), [1, 3, "storage_full"]]
    assert json.loads(found[-1])["boot"] == "other-boot"
    assert verify(found).findings == ()


def test_who_reads_only_part_of_a_screen_s_time_gets_an_export_of_that_part_that_holds(
    world: World,
) -> None:
    here, there = make_unit(world, "城关街道"), make_unit(world, "东湖街道")
    home, away = make_venue(world, unit=here), make_venue(world, unit=there)
    screen = make_screen(world, venue=home)
    put_on_air(world, screen, PROGRAMME, START_MS)
    for number, venue in enumerate((away, home), 1):
        world.clock.forward(20 * MINUTE_MS)
        hand_in_all(world, screen, PROGRAMME, SLOTS[: number * 80])
        move(world, screen, venue)
    world.clock.forward(20 * MINUTE_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS)

    mine, theirs = (
        sign_in(world, "publicity", unit=unit).client.get("/api/v1/plays/export").data.splitlines()
        for unit in (here, there)
    )

    assert numbers(mine) == [*range(1, 81), *range(161, 241)]
    assert numbers(theirs) == [*range(81, 161)]
    assert [json.loads(line).get("elsewhere") for line in mine][79:82] == [None, 80, None]
    assert verify(mine).findings == verify(theirs).findings == ()
    assert "missing" in findings([*mine[:85], *mine[86:]])
    whole = exported(world)
    assert numbers(whole) == [*range(1, 241)]
    assert not any(b"elsewhere" in line for line in whole)


def test_a_log_that_was_changed_in_the_store_doesn_t_hold(world: World, lines: Lines) -> None:
    with world.core.plays.engine.begin() as connection:
        row = connection.execute(text("SELECT codec, columns, n FROM batches WHERE id = 1")).one()
        plays = unpack(row.codec, bytes(row.columns), row.n)
        shown = [plays.shown_ms[0] + 1, *plays.shown_ms[1:]]
        _, spoilt = pack(replace(plays, shown_ms=shown))
        change = text("UPDATE batches SET columns = :spoilt WHERE id = 1")
        connection.execute(change, {"spoilt": spoilt})

    assert "changed" in findings(exported(world))
    assert findings(lines) == ""


def test_a_log_that_can_t_be_read_any_more_is_named(world: World, lines: Lines) -> None:
    with world.core.plays.engine.begin() as connection:
        connection.execute(text("UPDATE batches SET columns = :cut WHERE id = 1"), {"cut": b"\x05"})
    until = datetime.fromtimestamp(world.clock.now_ms() / 1000, UTC).isoformat()

    answer = sign_in(world, "auditor").client.get("/api/v1/plays", query_string={"to": until})

    assert lines
    assert answer.status_code == 500
    assert answer.json["code"] == "plays_damaged"
    assert "batch 1" in answer.json["detail"] or "第 1 批" in answer.json["detail"]
