"""The required form of a batch, and the parts that are only judged later."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.playlog.model.batch import Batch, MalformedBatch, read_batch
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.plays.plays import make_batch, make_programme

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + 60_000)


def batch(**changes: Any) -> dict[str, Any]:
    return make_batch(PROGRAMME, SLOTS) | changes


def both_ways(payload: dict[str, Any]) -> list[bytes | dict[str, Any]]:
    return [payload, json.dumps(payload).encode()]


def test_a_batch_reads_the_same_from_a_socket_and_from_a_request() -> None:
    parsed, text = both_ways(batch())

    assert read_batch(parsed) == read_batch(text)


def test_events_are_numbered_from_the_first() -> None:
    plays = read_batch(batch(first=7)).plays()

    assert [play.seq for play in plays] == [7, 8, 9, 10]
    assert [play.asset for play in plays] == [slot.asset for slot in SLOTS]


def test_unknown_fields_are_ignored() -> None:
    assert read_batch(batch(novelty={"deep": [1]})) == read_batch(batch())


@pytest.mark.parametrize(
    "changes",
    [
        {"boot": 5},
        {"boot": ""},
        {"boot": "x" * 65},
        {"first": 0},
        {"first": -3},
        {"first": "1"},
        {"first": 1.5},
        {"manifest": 7},
        {"clock": "now"},
        {"clock": {"offset_ms": "1", "uncertainty_ms": 2}},
        {"clock": {"offset_ms": 1}},
        {"state": [0, 0, 0]},
        {"state": [0, 0, 0, None]},
        {"state": [0, 0, 0, True]},
        {"start_ms": [1, 2, 3, 4.5]},
        {"start_ms": "1234"},
        {"error": [None, None, None, 3]},
        {"assets": [1]},
        {"assets": None},
        {"assets": ["a", ""]},
        {"assets": ["a", "x" * 65]},
        {"lost": []},
        {"lost": [[1, 2]]},
        {"lost": [[2, 1, "storage"]]},
        {"lost": [[0, 1, "storage"]]},
        {"lost": [[1, 2, "No such reason"]]},
    ],
    ids=str,
)
def test_wrong_types_and_lengths_are_refused(changes: dict[str, Any]) -> None:
    for payload in both_ways(batch(**changes)):
        with pytest.raises(MalformedBatch):
            read_batch(payload)


@pytest.mark.parametrize("column", ["boot", "first", "segment", "shown_ms", "error"])
def test_a_missing_field_is_refused(column: str) -> None:
    payload = batch()
    del payload[column]

    for form in both_ways(payload):
        with pytest.raises(MalformedBatch):
            read_batch(form)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
@pytest.mark.parametrize("field", ["offset_ms", "uncertainty_ms"])
def test_numbers_that_are_none_are_refused(number: str, field: str) -> None:
    text = json.dumps(batch()).replace(f'"{field}": ', f'"{field}": {number}, "x": ', 1)

    with pytest.raises(MalformedBatch):
        read_batch(text.encode())
    with pytest.raises(MalformedBatch):
        read_batch(json.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"boot": "\xff"}',
        b'{"x": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        json.dumps(batch()).encode() + b"}",
    ],
    ids=["nothing", "null", "list", "cut", "bad UTF-8", "deep", "trailing"],
)
def test_garbage_is_refused(text: bytes) -> None:
    with pytest.raises(MalformedBatch):
        read_batch(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": [9, 0, 0, 0]},
        {"cause": [7, 0, 0, 0]},
        {"asset": [99, 0, 0, 0]},
        {"shown_ms": [-5, 0, 0, 0]},
        {"start_ms": [10**30, 0, 0, 0]},
        {"error": ["Not a code!", None, None, None]},
        {"manifest": "no digest"},
    ],
    ids=str,
)
def test_a_bad_value_in_a_good_column_is_read_and_judged_later(changes: dict[str, Any]) -> None:
    for payload in both_ways(batch(**changes)):
        assert isinstance(read_batch(payload), Batch)


@pytest.mark.slow
@given(st.integers(1, 500))
def test_a_batch_has_one_to_500_events(count: int) -> None:
    columns = {
        name: [0] * count
        for name in ("segment", "cycle", "slot", "asset", "start_ms", "shown_ms", "state", "cause")
    }

    assert len(read_batch(batch(**columns, error=[None] * count)).plays()) == count


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
@pytest.mark.parametrize("name", ["boot", "manifest", "signature", "assets"])
def test_texts_that_no_database_keeps_are_malformed(name: str, text: str) -> None:
    slots = make_programme(START_MS).slots(START_MS, START_MS + HOUR_MS)[:2]
    batch = make_batch(make_programme(START_MS), slots)

    with pytest.raises(MalformedBatch, match="NUL"):
        read_batch({**batch, name: [text, "b"] if name == "assets" else text})


def test_an_error_that_no_text_can_hold_is_malformed() -> None:
    with pytest.raises(MalformedBatch, match="surrogate"):
        read_batch(batch(error=["\ud800", None, None, None]))


def test_an_endless_wall_clock_is_malformed() -> None:
    slots = make_programme(START_MS).slots(START_MS, START_MS + HOUR_MS)[:2]

    with pytest.raises(MalformedBatch, match="wall_ms"):
        read_batch(make_batch(make_programme(START_MS), slots, wall_ms=1e300))
