"""Leases and boots, whatever the order in which sockets come, beat and go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.gateway.connection.messages import Beat
from server.gateway.connection.presence import MOST_BOOTS, Link, Presence
from server.inventory.enrolment.credentials import ScreenIdentity

SCREEN = ScreenIdentity(9, 1)
boots = st.sampled_from(["one", "two", "three"])
steps = st.lists(st.tuples(st.sampled_from(["join", "leave", "beat"]), boots), max_size=40)


def link(number: int, boot: str) -> Link:
    return Link(f"sid{number}", SCREEN, boot, since_ms=number)


@given(steps)
def test_the_lease_is_always_with_the_newest_socket_that_is_open(
    moves: list[tuple[str, str]],
) -> None:
    presence, still_open = Presence(), {}
    for number, (move, boot) in enumerate(moves):
        if move == "join":
            presence.join(link(number, boot))
            still_open[boot] = number
        elif move == "leave" and boot in still_open:
            presence.leave(f"sid{still_open.pop(boot)}")

    holder = presence.holder(9)
    expected = max(still_open.values(), default=None)
    assert (holder.since_ms if holder else None) == expected
    assert sorted(presence.sids()) == sorted(f"sid{number}" for number in still_open.values())


@pytest.mark.slow
@given(st.lists(boots, max_size=30))
def test_a_clone_is_suspected_exactly_when_an_older_boot_beats_after_a_newer_one(
    beats: list[str],
) -> None:
    presence = Presence()
    seen: list[str] = []
    for number, boot in enumerate(beats):
        if boot not in seen:
            seen.append(boot)

        clash = presence.record_beat(9, number, Beat(boot=boot, state="playing"))

        assert (clash is not None) == (boot != seen[-1])
        if clash is not None:
            assert (clash.older, clash.newer) == (boot, seen[-1])


def test_a_screen_that_starts_again_for_years_costs_no_more_memory() -> None:
    presence = Presence()

    for number in range(10 * MOST_BOOTS):
        presence.join(link(number, f"boot{number}"))
        presence.record_beat(9, number, Beat(boot=f"boot{number}", state="playing"))
        presence.leave(f"sid{number}")

    noted = presence._boots[9]
    assert len(noted.order) == len(noted.beaten) == MOST_BOOTS


def test_a_beat_by_post_is_a_contact_too() -> None:
    presence = Presence()

    presence.record_beat(9, 1234, Beat(boot="one", state="playing"))

    contact = presence.contact(9)
    assert contact is not None
    assert contact.at_ms == 1234
    assert presence.holder(9) is None


def test_who_follows_gets_all_screens_first_and_then_those_that_beat() -> None:
    presence = Presence()
    for screen in (1, 2, 3):
        presence.record_beat(screen, 0, Beat(boot="one", state="playing"))
    changed = presence.follow()
    assert changed == {1, 2, 3}

    changed.clear()
    presence.record_beat(2, 10, Beat(boot="one", state="playing"))
    presence.record_beat(4, 10, Beat(boot="one", state="playing"))

    assert changed == {2, 4}
