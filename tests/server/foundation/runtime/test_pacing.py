"""A sender has a burst at once, then a steady rate; one never pays for another."""

from hypothesis import given
from hypothesis import strategies as st

from server.foundation.runtime.pacing import MOST_KEPT, Pacer

RATE, BURST, LONGEST_S = 4.0, 8.0, 5.0


class Clock:
    """Seconds, set by hand."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def pacer(clock: Clock) -> Pacer:
    return Pacer(clock, RATE, BURST, LONGEST_S)


def test_a_burst_goes_at_once_and_what_follows_waits_in_turn() -> None:
    pace = pacer(Clock())
    assert [pace.delay_s("a", 1) for _ in range(11)] == [0.0] * 8 + [0.25, 0.5, 0.75]


def test_a_large_request_counts_for_several() -> None:
    pace = pacer(Clock())
    assert [pace.delay_s("a", 8), pace.delay_s("a", 2)] == [0.0, 0.5]


def test_nobody_waits_for_anothers_requests() -> None:
    pace = pacer(Clock())
    for _ in range(20):
        pace.delay_s("a", 1)
    assert pace.delay_s("b", 1) == 0.0


def test_what_would_wait_too_long_is_refused_and_costs_nothing() -> None:
    clock = Clock()
    pace = pacer(clock)
    delays = [pace.delay_s("a", 1) for _ in range(60)]
    assert delays[27] == LONGEST_S
    assert set(delays[28:]) == {None}
    clock.now_s += 0.25
    assert pace.delay_s("a", 1) == LONGEST_S


def test_who_pauses_has_his_burst_again() -> None:
    clock = Clock()
    pace = pacer(clock)
    for _ in range(20):
        pace.delay_s("a", 1)
    clock.now_s += 20 / RATE
    assert [pace.delay_s("a", 1) for _ in range(8)] == [0.0] * 8


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0.1, 9)), max_size=60))
def test_in_no_stretch_more_begins_than_the_burst_and_the_rate_of_it(
    requests: list[tuple[float, float]],
) -> None:
    clock, begun = Clock(), list[tuple[float, float]]()
    pace = pacer(clock)
    for pause_s, units in requests:
        clock.now_s += pause_s
        delay_s = pace.delay_s("a", units)
        if delay_s is not None:
            begun.append((clock.now_s + delay_s, units))
    for first, (from_s, _) in enumerate(begun):
        for last in range(first, len(begun)):
            stretch = begun[first : last + 1]
            units = sum(units for _, units in stretch)
            # What a request exceeds the burst by was waited for before it began.
            allowed = BURST + RATE * (stretch[-1][0] - from_s) + stretch[0][1]
            assert units <= allowed + 1e-6


def test_senders_who_have_paid_are_forgotten() -> None:
    clock = Clock()
    pace = pacer(clock)
    for number in range(3 * MOST_KEPT):
        pace.delay_s(number, 1)
        clock.now_s += 0.01
    assert len(pace) <= MOST_KEPT


class Instant(float):
    """An instant, s, that counts what is compared with it."""

    def __init__(self, _seconds: float) -> None:
        self.compared = 0

    def __lt__(self, other: float) -> bool:
        self.compared += 1
        return float(self) < other


def test_thousands_who_have_not_paid_are_not_gone_through_with_each_request() -> None:
    now_s = Instant(1_000.0)
    pace = Pacer(lambda: now_s, RATE, BURST, LONGEST_S)
    for number in range(10 * MOST_KEPT):
        pace.delay_s(number, 1)
    assert len(pace) == 10 * MOST_KEPT
    assert now_s.compared <= 4 * len(pace)
