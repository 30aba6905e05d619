"""Loops and seats as JSON, for `server.cli loop build` and `seat` and for the editor."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

from playlists.demand.request import LAST_TIER, LoopItem, LoopRequest, LoopResult, Turn
from playlists.errors import InvalidRequest, LoopRefused, Refusal
from playlists.plan.compiler import compile_loop
from playlists.wire.manifest import decode
from playlists.wire.seat import seat

MOST_PLAYS = 20_000
MOST_SECONDS = 7 * 24 * 3600
_ITEM_KEYS = (
    "id",
    "campaign",
    "role",
    "duration",
    "plays",
    "floor",
    "tier",
    "min_gap",
    "max_gap",
    "kind",
)


def build_loop(text: str | bytes, *, quick: bool = False) -> tuple[int, str]:
    """Build the loop that a JSON text asks for: exit code and JSON text to print.

    Exit code 0 with the loop, 2 with the refusals. Raises InvalidRequest if the text makes no
    sense as a request.
    """
    request = parse_loop_request(text, quick=quick)
    try:
        answer = loop_result_json(request, compile_loop(request))
    except LoopRefused as refused:
        return 2, _compact({"refused": [refusal_json(one) for one in refused.refusals]})
    return 0, _compact(answer)


def seat_lines(manifest_text: str | bytes, instants: Iterable[int]) -> Iterator[str]:
    """One JSON object for each instant (ms since 1970 UTC), in the order asked.

    Raises MalformedManifest before the first line.
    """
    manifest = decode(manifest_text)
    return (_compact(seat(manifest, at_ms).as_json()) for at_ms in instants)


def parse_loop_request(text: str | bytes, *, quick: bool = False) -> LoopRequest:
    """Read `{"period_s", "items": [...]}`; lengths are seconds, to the millisecond."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InvalidRequest("", f"this isn't JSON: {error}") from error
    root = _mapping(value, "")
    _hint_at_misspelling(root, ("period_s", "items"), "")
    rows = root.get("items")
    if not isinstance(rows, list) or not rows:
        raise InvalidRequest("/items", "give a list of at least one item")
    items = tuple(_item(row, f"/items/{index}") for index, row in enumerate(rows))
    period_ms = _length_ms(root, "period_s", "")
    _check_together(items, period_ms)
    return LoopRequest(items, period_ms, quick=quick)


def loop_result_json(request: LoopRequest, result: LoopResult) -> dict[str, Any]:
    """The loop with its measures; slots of time that nobody asked for have the item null."""
    answer: dict[str, Any] = {
        "period_s": seconds(result.period_ms),
        "slots": [
            {
                "item": None if slot.item is None else request.items[slot.item].id,
                "at_s": seconds(slot.start_ms),
                "duration_s": seconds(slot.duration_ms),
            }
            for slot in result.slots
        ],
        "measures": asdict(result.measures),
        "gave_way": [asdict(row) for row in result.gave_way],
    }
    if result.missed:
        answer["missed_gaps"] = [
            {
                "item": missed.item,
                missed.kind: seconds(missed.wanted_ms),
                "reached": seconds(missed.reached_ms),
            }
            for missed in result.missed
        ]
    return answer


def refusal_json(refusal: Refusal) -> dict[str, Any]:
    """One refusal; figures are given where loads are compared with the period."""
    answer: dict[str, Any] = {"code": refusal.code, "items": list(refusal.items)}
    if refusal.over_ms is not None:
        change = refusal.smallest_change
        answer["over_s"] = seconds(refusal.over_ms)
        answer["largest_factor"] = refusal.largest_factor
        answer["smallest_change"] = None if change is None else asdict(change)
    return answer


def seconds(length_ms: int) -> int | float:
    """Milliseconds as seconds: a whole number where it is one."""
    return length_ms // 1000 if length_ms % 1000 == 0 else length_ms / 1000


def _item(value: object, where: str) -> LoopItem:
    row = _mapping(value, where)
    _hint_at_misspelling(row, _ITEM_KEYS, where)
    name = row.get("id")
    if not isinstance(name, str) or not name:
        raise InvalidRequest(f"{where}/id", "give each item an id, a text")
    campaign = row.get("campaign")
    if campaign is not None and not isinstance(campaign, str):
        raise InvalidRequest(f"{where}/campaign", "give the campaign's id, a text")
    duration_ms = _length_ms(row, "duration", where)
    if duration_ms is None or duration_ms < 1000:
        raise InvalidRequest(f"{where}/duration", "give seconds, at least 1")
    return LoopItem(
        id=name,
        turns=(Turn(duration_ms, _choice(row, "kind", ("image", "video"), where)),),
        plays=_count(row, "plays", where, MOST_PLAYS),
        campaign=campaign,
        role=_choice(row, "role", ("campaign", "filler"), where),
        floor=_count(row, "floor", where, MOST_PLAYS) or 0,
        tier=_tier(row, where),
        min_gap_ms=None if row.get("min_gap") == 0 else _length_ms(row, "min_gap", where),
        max_gap_ms=_length_ms(row, "max_gap", where),
    )


def _check_together(items: tuple[LoopItem, ...], period_ms: int | None) -> None:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.id in seen:
            raise InvalidRequest(f"/items/{index}/id", f"{item.id} is there twice; ids differ")
        seen.add(item.id)
        if item.plays is None:
            _check_without_plays(item, f"/items/{index}/plays", period_ms)
    if sum(max(item.plays or 0, item.floor) for item in items) > MOST_PLAYS:
        raise InvalidRequest("/items", f"a loop holds at most {MOST_PLAYS} plays")
    shortest_ms = min(item.longest_ms() for item in items)
    if period_ms is not None and period_ms > MOST_PLAYS * shortest_ms:
        raise InvalidRequest("/period_s", f"the loop would have more than {MOST_PLAYS} plays")
    if period_ms is None and not any(item.plays or item.floor for item in items):
        raise InvalidRequest("/items", "without period_s at least one item needs plays")


def _check_without_plays(item: LoopItem, where: str, period_ms: int | None) -> None:
    if item.role == "campaign" and item.floor == 0 and item.max_gap_ms is None:
        raise InvalidRequest(where, "say how many plays per loop (only filler may leave it out)")
    if item.role == "filler" and period_ms is None:
        raise InvalidRequest(where, "give plays, or a period_s that filler can fill")


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidRequest(where, "this must be a JSON object")
    return value


def _hint_at_misspelling(row: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    """Unknown keys are ignored, but a key close to a known one is refused as misspelt."""
    for key in row:
        suggestions = [] if key in keys else get_close_matches(key, keys, 1, 0.8)
        if suggestions:
            raise InvalidRequest(f"{where}/{key}", f"there is no such key; write {suggestions[0]}")


def _length_ms(row: Mapping[str, Any], key: str, where: str) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidRequest(f"{where}/{key}", "give a number of seconds")
    if not 0.001 <= value <= MOST_SECONDS:
        raise InvalidRequest(f"{where}/{key}", f"give seconds above 0, at most {MOST_SECONDS}")
    return round(value * 1000)


def _count(row: Mapping[str, Any], key: str, where: str, most: int) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    if not _is_whole(value) or not 0 <= value <= most:
        raise InvalidRequest(f"{where}/{key}", f"give a whole number from 0 to {most}")
    return int(value)


def _is_whole(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _tier(row: Mapping[str, Any], where: str) -> int | None:
    value = row.get("tier")
    if value is None:
        return None
    if not _is_whole(value) or not 1 <= value <= LAST_TIER:
        raise InvalidRequest(f"{where}/tier", f"tiers are 1 (first) to {LAST_TIER} (last)")
    return int(value)


def _choice(row: Mapping[str, Any], key: str, choices: tuple[str, ...], where: str) -> str:
    value = row.get(key)
    if value is None:
        return choices[0]
    if value not in choices:
        raise InvalidRequest(f"{where}/{key}", f"write {' or '.join(choices)}")
    return str(value)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
