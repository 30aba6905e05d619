"""Messages to the socket that nobody of ours would send, from a seed."""

import json
import random
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.support.devices.socket_player import BOOT, NAMESPACE

EVENTS: Final = ("beat", "plays", "clock", "switched", "assignment", "command", "connect", "")
BEAT: Final = {"boot": BOOT, "at_mono_ms": 1, "version": 1, "state": "playing", "visible": True}
PLAYS: Final = {
    "boot": BOOT, "first": 1, "manifest": None, "clock": None, "wall_ms": 1, "assets": [],
    "segment": [-1], "cycle": [-1], "slot": [-1], "asset": [-1], "start_ms": [1], "shown_ms": [1],
    "state": [0], "cause": [4], "error": [None],
}  # fmt: skip
SWITCHED: Final = {"version": 1, "manifest": "a" * 64, "at": 1}
GENUINE: Final[Mapping[str, Mapping[str, object]]] = {
    "beat": BEAT,
    "plays": PLAYS,
    "clock": {"t0": 1},
    "switched": SWITCHED,
}
ODD: Final[tuple[Any, ...]] = (
    None, True, -1, 0, 2**53, 2**64, -(2**70), 1e308, "", "\0", "\ud800", "安" * 300, "'; DROP",
    "../../etc/passwd", "{{7*7}}", "<script>", [], {}, [[]], {"a": None}, "9" * 400, [None] * 600,
)  # fmt: skip
HEADS: Final = (
    "", "0", "1", "2", "2probe", "3", "3probe", "4", "40", "41", "42", "43", "44", "45", "5", "6",
    "9", "b4", "bAAAA", "40/screen", "40/screen,{", "40/nowhere,{}", "42/screen,",
    "42/screen,[", "42/screen,{}", "42/screen,[]", "42/screen,[1]", "42/screen,[null,{}]",
    "43/screen,1[]", "43/screen,99999999999999999999[]", "44/screen,{}",
    '45/screen,1-["plays",{"_placeholder":true,"num":0}]', '451-/screen,["beat",{}]',
    '45/screen,99999-["plays",{"_placeholder":true,"num":0}]', "42/screen,9" + "9" * 90 + "[]",
    '42/screen,-1["beat",{}]', "42/console,[]", "42" + "/" * 5_000 + ",[]",
)  # fmt: skip
DEEP: Final = "42/screen,7" + '["beat",' + "[" * 30_000 + "]" * 30_000 + "]"
TOO_LARGE: Final = '42/screen,8["beat",{"detail":"' + "x" * 300_000 + '"}]'
NAN: Final = '42/screen,6["beat",{"at_mono_ms":NaN,"version":Infinity}]'

BINARY: Final = 2
Message = tuple[int, bytes]
"""Opcode and payload of a frame."""


def garbled(dice: random.Random) -> Message:
    """One message."""
    kinds: list[Callable[[random.Random], Message]] = [_event] * 12
    kinds += [_head, _cut, _bytes, _binary, _control, _large]
    return dice.choice(kinds)(dice)


def _event(dice: random.Random) -> Message:
    """A genuine message with some of it wrong."""
    name = dice.choice(EVENTS)
    payload: dict[str, Any] = dict(GENUINE.get(name, BEAT))
    for _ in range(dice.randint(0, 3)):
        key = dice.choice((*payload, "unknown", "incidents", "clock", "position"))
        payload[key] = dice.choice(ODD)
    values = [name, dice.choice((payload, payload, payload, dice.choice(ODD)))]
    values += [dice.choice(ODD)] * (dice.random() < 0.1)
    number = dice.choice(("", "1", str(dice.randint(0, 9999))))
    return 1, f"42{NAMESPACE},{number}{json.dumps(values)}".encode()


def _head(dice: random.Random) -> Message:
    return 1, dice.choice(HEADS).encode()


def _large(dice: random.Random) -> Message:
    return 1, dice.choice((DEEP, TOO_LARGE, NAN, NAN)).encode()


def _cut(dice: random.Random) -> Message:
    _, whole = _event(dice)
    return 1, whole[: dice.randint(0, len(whole))]


def _bytes(dice: random.Random) -> Message:
    """Text that is no UTF-8."""
    return 1, dice.randbytes(dice.randint(1, 200))


def _binary(dice: random.Random) -> Message:
    """Attachments that nobody announced, and those that somebody did."""
    return BINARY, dice.randbytes(dice.randint(0, 2_000))


def _control(dice: random.Random) -> Message:
    """Pings, pongs, ends and opcodes that there are not."""
    return dice.choice((8, 9, 10, 10, 10, 3, 11, 0)), dice.randbytes(dice.randint(0, 120))
