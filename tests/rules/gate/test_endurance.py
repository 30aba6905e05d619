"""What hours of faults would be judged by sees a play that is lost or doubled, and a leak."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, cast

import pytest

from server.playlog.model import play as p
from server.playlog.model.play import Play
from server.playlog.model.verdict_rules import Verdict
from server.playlog.rawlog.reader import LoggedPlay
from tests.support.endurance.account import Account
from tests.support.endurance.course import long_course
from tests.support.endurance.judging import judge_memory
from tests.support.endurance.ledger import OTHER, WHOLE, Ledger
from tests.support.endurance.memory import MIB, Samples
from tests.support.endurance.run import Run
from tests.support.speed.memory import anonymous_bytes, tree

PLAN = "79bd93e8"
SLOT_MS = 10_000
HOUR_S = 3600


def rows(*verdicts: Verdict, slots: Sequence[int] = range(9)) -> Iterator[LoggedPlay]:
    """Whole plays of a boot as they are held, one a slot."""
    for seq, (verdict, slot) in enumerate(zip(verdicts, slots, strict=False), 1):
        play = Play(seq, PLAN, 0, 0, slot, "3fb8", 0, SLOT_MS, p.COMPLETED, p.SCHEDULED, None)
        yield LoggedPlay(7, "9f3c", play, verdict, None, "k_1", slot * SLOT_MS, 0)


def batch(first: int, states: Sequence[int]) -> dict[str, Any]:
    return {
        "boot": "9f3c",
        "first": first,
        "manifest": PLAN,
        "slot": list(range(len(states))),
        "state": list(states),
    }


def test_a_play_that_was_shown_whole_and_is_not_counted_is_lost() -> None:
    found = Account()

    found.take(rows(Verdict.COUNTED, Verdict.PARTIAL, Verdict.COUNTED), bytes([WHOLE] * 3))

    assert found.lost == {(7, PLAN, 0, 0, 1)}


@pytest.mark.parametrize("came_ms", [SLOT_MS, SLOT_MS + 9_999, 2 * SLOT_MS - 1, SLOT_MS - 1_000])
def test_the_slot_that_was_on_when_its_plan_came_is_not_lost(came_ms: int) -> None:
    found = Account({(7, PLAN): {came_ms}})

    found.take(
        rows(Verdict.PARTIAL, Verdict.PARTIAL, Verdict.COUNTED), bytes([OTHER, WHOLE, WHOLE])
    )

    assert (found.lost, found.first) == (set(), {(7, PLAN, 0, 0, 1)})


@pytest.mark.parametrize("came_ms", [0, SLOT_MS - 1_001, 2 * SLOT_MS])
def test_a_whole_slot_before_or_after_the_one_in_which_its_plan_came_is_lost(came_ms: int) -> None:
    found = Account({(7, PLAN): {came_ms}, (8, PLAN): {SLOT_MS}})

    found.take(rows(Verdict.PARTIAL, Verdict.PARTIAL), bytes([OTHER, WHOLE]))

    assert found.lost == {(7, PLAN, 0, 0, 1)}


def test_a_slot_that_is_counted_twice_is_reported() -> None:
    found = Account()

    found.take(rows(Verdict.COUNTED, Verdict.COUNTED, slots=(4, 4)), bytes([WHOLE] * 2))

    assert found.odd == ["9f3c 2: (7, '79bd93e8', 0, 0, 4) was counted before"]


def test_a_play_that_is_stored_as_something_else_is_reported() -> None:
    found = Account()

    found.take(rows(Verdict.COUNTED), bytes([OTHER]))

    assert found.odd == [f"9f3c 1: held as {WHOLE}, shown as {OTHER}"]


def test_a_ledger_has_each_play_once_and_sees_a_server_that_forgets() -> None:
    ledger = Ledger()
    for first, states, upto in ((1, [0, 0, 1], 3), (3, [1, 0], 4), (5, [0], 3)):
        ledger.note_sent(batch(first, states))
        ledger.note_answer(batch(first, states), {"upto": upto})

    assert ledger.plays == {"9f3c": bytearray([WHOLE, WHOLE, OTHER, WHOLE, WHOLE])}
    assert ledger.lost == [{"boot": "9f3c", "told": 4, "now": 3}]


@pytest.mark.parametrize(
    ("a_minute", "is_flat"), [(0, True), (0.1 * MIB, True), (0.2 * MIB, False), (MIB, False)]
)
def test_a_server_that_gathers_a_megabyte_a_minute_is_not_flat(
    a_minute: float, is_flat: bool
) -> None:
    samples = Samples(warm_up_s=900)
    samples.begin("server", 0, 0)
    for minute in range(120):
        held = {"gunicorn 1": 17 * MIB, "gunicorn 2": 200 * MIB + a_minute * minute}
        child = {"ffmpeg 3": 90 * MIB} if minute > 100 else {}
        samples.note("server", 0, minute * 60.0, held | child)
    nobody = cast("Any", None)
    run = Run(long_course(2), nobody, nobody, [], samples)

    judge_memory(run)

    assert (run.short == []) is is_flat, run.short


FAMILY = """
import os, sys
held = bytearray(os.urandom(1)) * (40 * 1024 * 1024)
if os.fork() == 0:
    sys.stdin.read()
    os._exit(0)
print("there", flush=True)
sys.stdin.read()
os.wait()
"""


@pytest.mark.slow
def test_a_fork_that_shares_all_adds_nothing_to_what_a_family_holds() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", FAMILY], stdin=pipe, stdout=pipe) as parent:
        assert parent.stdout is not None
        assert parent.stdin is not None
        parent.stdout.readline()
        family = tree(parent.pid)
        together = sum(anonymous_bytes(one) for one in family)
        parent.stdin.close()

    assert len(family) == 2
    assert 40 * MIB < together < 60 * MIB
