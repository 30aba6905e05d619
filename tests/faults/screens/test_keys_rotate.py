"""The signing key is changed while screens live, some of them switched off: none is paired again.

The long form has 1,000 screens, 100 of them away.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.app import build_core
from server.monitoring.incidents.models import Sighting
from server.publishing.assignments.key_rotation import Request, rotate
from server.publishing.assignments.signing_keys import signing_key_path
from server.simulator.fleet.box import Box
from tests.support.app.world import World, make_world
from tests.support.devices.rotating_keys import (
    Forger,
    Turnout,
    again,
    forge,
    order_of,
    trusts,
    turnout,
)

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.long]

FEW, FEW_AWAY = 60, 6
MANY, MANY_AWAY = 1_000, 100
REPORTED_WITHIN_S = 120.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A district of its own."""
    made = make_world(tmp_path)
    yield made
    made.close()


@dataclass(frozen=True)
class Course:
    """How it goes: what changes the key, who has stolen the former one, and at what length."""

    change: Callable[[], None]
    thief: Forger
    long: bool
    from_the_start: bool = True


def go_through(all_of: Turnout, course: Course) -> None:
    """Change the key with some away, and forge orders; nobody refuses anything but those."""
    first, bound = trusts(all_of.boxes[0]), all_of.tokens()
    if course.from_the_start:
        begin(all_of)
    else:
        all_of.deliver_all()
        all_of.switch_on(all_of.here)
    began_s = time.monotonic()
    course.change()
    print(f"\nthe key of {len(all_of.boxes)} changed in {time.monotonic() - began_s:.1f} s")
    pins = [key["kid"] for key in all_of.world.core.signer.public_keys()]
    with all_of.served():
        change_over(all_of, first, pins)
        assert all_of.waiting() == 0
        assert all_of.tokens() == bound
        assert not any(noted(box) for box in all_of.boxes)
        refuse_forgeries(all_of, course.thief, pins, wait=course.long)
    for crowd in all_of.crowds:
        crowd.end()


def begin(all_of: Turnout) -> None:
    """All come online and get their plan; then some are switched off, and the server is."""
    with all_of.served():
        all_of.switch_on(all_of.here)
        away = all_of.switch_on(all_of.gone)
        all_of.see(lambda: all(box.disk.accepted for box in all_of.boxes), 240)
        away.end()


def change_over(all_of: Turnout, first: list[str], pins: list[str]) -> None:
    """Those online change over and obey; so do the others when they are switched on."""
    here_s = all_of.see(lambda: all(trusts(box) == pins for box in all_of.here), 120)
    all_of.see(lambda: all(box.cable.up for box in all_of.here), 120)
    assert first[0] != pins[0]
    assert all(trusts(box) == first for box in all_of.gone)
    stop = all_of.now().stop()
    obeyed_s = all_of.see(lambda: all(shows(box, stop) for box in all_of.here))
    all_of.boxes[-all_of.away :] = again(all_of.world, all_of.gone, all_of.door)
    all_of.switch_on(all_of.gone)
    back_s = all_of.see(
        lambda: all(trusts(box) == pins and shows(box, stop) for box in all_of.gone), 120
    )
    all_of.see(lambda: all_of.answers() == {("accepted", None): len(all_of.boxes)})
    print(
        f"{len(all_of.here)} online had it {here_s:.1f} s after the server listened and obeyed a "
        f"stop in {obeyed_s:.1f} s; {all_of.away} that were away had both {back_s:.1f} s after "
        "they were switched on; none refused anything, none was paired again"
    )


def change(all_of: Turnout, recovery: Path | None = None, *, by_command: bool) -> None:
    """By the operator's command, or, to save its start, by what it calls."""
    if by_command:
        all_of.rotate(*(("--recovery", str(recovery)) if recovery is not None else ()))
        return
    done = rotate(all_of.world.core.settings, Request(recovery), build_core)
    all_of.take_new_key()
    assert done.screens == len(all_of.boxes)


def shows(box: Box, name: str) -> bool:
    """Whether a box got this stop, and accepted it."""
    takeover = order_of(box).get("takeover")
    return bool(takeover) and takeover["id"] == name


def refuse_forgeries(all_of: Turnout, thief: Forger, pins: list[str], *, wait: bool) -> None:
    """Orders signed by strangers and a thief bring no screen another key, and are reported."""
    accepted = [box.disk.accepted for box in all_of.boxes]
    third, count = len(all_of.boxes) // 3, len(all_of.boxes)
    forge(all_of.world, [Forger.stranger(), Forger.stranger(kid=pins[0]), thief])
    all_of.see(lambda: sum(all_of.answers().values()) == count)
    answers = all_of.answers()
    if wait:
        reported_s = all_of.see(lambda: reported(all_of.world) == count, REPORTED_WITHIN_S)
        print(f"forged orders to {count}: all refused, all told as incidents in {reported_s:.0f} s")
    else:
        all_of.see(lambda: any(noted(box) for box in all_of.boxes))
    assert answers.keys() == {("refused", "unknown_key"), ("refused", "bad_signature")}
    assert answers["refused", "bad_signature"] in {third, third + 1}
    assert [box.disk.accepted for box in all_of.boxes] == accepted
    assert all(trusts(box) == pins for box in all_of.boxes)


def noted(box: Box) -> bool:
    """Whether a box has an incident to report."""
    return any(one["code"] == "assignment_refused" for one in box.disk.incidents)


def reported(world: World) -> int:
    """The number of screens that reported a refused order."""
    with world.core.config.read() as session:
        query = select(func.count()).where(Sighting.code == "assignment_refused")
        return session.scalar(query) or 0


def ordinary(world: World, tmp_path: Path, screens: int, away: int, *, long: bool) -> None:
    """The key is changed in its time, and the former one forged with."""
    all_of = turnout(world, screens, away)
    thief = Forger.thief(signing_key_path(world.core.settings).read_bytes(), tmp_path)
    go_through(all_of, Course(lambda: change(all_of, by_command=long), thief, long))


def stolen(world: World, tmp_path: Path, screens: int, away: int, *, long: bool) -> None:
    """The key was stolen, and the recovery key comes from where it is kept."""
    settings = world.core.settings
    kept = tmp_path / "taken-away.pem"
    (settings.data / "keys" / "recovery-key.pem").rename(kept)
    all_of = turnout(world, screens, away)
    pem = signing_key_path(settings).read_bytes()
    thief = Forger.thief(pem, tmp_path)
    changed = Course(lambda: change(all_of, kept, by_command=long), thief, long, long)
    go_through(all_of, changed)
    for path in (settings.data / "keys").rglob("*"):
        assert not path.is_file() or path.read_bytes() not in {pem, kept.read_bytes()}


def test_no_screen_is_paired_again_when_the_key_is_changed(world: World, tmp_path: Path) -> None:
    ordinary(world, tmp_path, FEW, FEW_AWAY, long=False)


def test_a_stolen_key_is_worth_nothing_after_recovery(world: World, tmp_path: Path) -> None:
    stolen(world, tmp_path, FEW, FEW_AWAY, long=False)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_thousand_screens_change_over(world: World, tmp_path: Path) -> None:
    ordinary(world, tmp_path, MANY, MANY_AWAY, long=True)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_thousand_screens_change_over_by_recovery(world: World, tmp_path: Path) -> None:
    stolen(world, tmp_path, MANY, MANY_AWAY, long=True)
