"""The verdict on single plays, beyond the table of cases that both languages share."""

from typing import Any

import pytest

from playlists.wire.compliance import ExpectedSlot
from server.playlog.model.batch import ClockNote, read_batch
from server.playlog.model.claims import claims_of
from server.playlog.model.overlap import Timeline
from server.playlog.model.play import Play
from server.playlog.model.screen_context import ScreenContext, TakeoverWindow, Tenure
from server.playlog.model.verdict_rules import Circumstances, Judge, Judged, is_complete
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.plays.plays import BANK, Programme, make_batch, make_programme, takeover_batch

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
LONG = SLOTS[3]


def judge(
    payload: dict[str, Any],
    *,
    received_ms: int = START_MS + HOUR_MS,
    enrolled_ms: int = 0,
    tenures: tuple[Tenure, ...] = (Tenure(PROGRAMME.digest, START_MS),),
    takeovers: tuple[TakeoverWindow, ...] = (),
    suspected: bool = False,
    programme: Programme = PROGRAMME,
) -> list[Judged]:
    batch = read_batch(payload)
    about = Circumstances(
        screen_context=ScreenContext(9, enrolled_ms, BANK, tenures, takeovers),
        boot=1,
        received_ms=received_ms,
        has_plan=True,
        clock=batch.clock,
        suspected=suspected,
    )
    plan = programme.plan if batch.manifest == programme.digest else None
    claims = claims_of(batch.plays(), plan, batch.clock)
    return Judge(about, Timeline(), batch.manifest).judge(claims)


def verdict(payload: dict[str, Any], **context: Any) -> tuple[str, str | None]:
    one = judge(payload, **context)[0]
    return str(one.verdict), one.reason


def shown(slot: ExpectedSlot = LONG, **changes: Any) -> dict[str, Any]:
    return make_batch(PROGRAMME, [slot], **changes)


@pytest.mark.parametrize(
    ("shown_ms", "duration_ms", "complete"),
    [
        (27_000, 30_000, False),
        (28_999, 30_000, False),
        (29_000, 30_000, True),
        (9_000, 10_000, True),
        (8_999, 10_000, False),
        (58_800, 60_000, True),
        (58_799, 60_000, False),
        (1_764, 1_800, True),
    ],
)
def test_complete_is_90_percent_and_all_but_a_second_or_98_percent(
    shown_ms: int, duration_ms: int, complete: bool
) -> None:
    assert is_complete(shown_ms, duration_ms) is complete


def test_a_slot_joined_less_than_a_second_late_can_be_confirmed() -> None:
    joined = {"cause": 2, "start_ms": [5_000 + 900], "shown_ms": 29_100}

    assert verdict(shown(**joined)) == ("counted", None)


def test_a_slot_joined_later_is_partial_even_if_nearly_all_was_shown() -> None:
    joined = {"cause": 2, "start_ms": [5_000 + 1_000], "shown_ms": 29_000}

    assert verdict(shown(**joined)) == ("partial", None)


def test_a_late_join_outside_its_slot_is_put_aside() -> None:
    joined = {"cause": 2, "start_ms": [5_000 + 33_000], "shown_ms": 2_000, "state": 1}

    assert verdict(shown(**joined)) == ("quarantined", "wrong_time")


def test_a_play_that_was_shown_longer_than_its_slot_is_put_aside() -> None:
    assert verdict(shown(shown_ms=32_001)) == ("quarantined", "over_maximum")


def test_a_failed_play_may_name_what_it_showed_instead() -> None:
    revoked = shown(state=2, error="revoked", cause=4, assets=["f" * 64])

    assert verdict(revoked) == ("failed", None)


def test_a_play_that_ends_after_its_receipt_is_put_aside() -> None:
    end_ms = LONG.start_ms + LONG.duration_ms

    assert verdict(shown(), received_ms=end_ms - 2_000) == ("counted", None)
    assert verdict(shown(), received_ms=end_ms - 2_001) == ("quarantined", "future")


def test_a_play_before_enrolment_is_put_aside() -> None:
    assert verdict(shown(), enrolled_ms=LONG.start_ms) == ("counted", None)
    assert verdict(shown(), enrolled_ms=LONG.start_ms + 1) == ("quarantined", "before_enrolment")


def test_a_manifest_that_was_never_on_air_here_counts_nothing() -> None:
    assert verdict(shown(), tenures=()) == ("quarantined", "not_on_air")


def test_the_slot_in_which_a_tenure_begins_is_never_confirmed() -> None:
    tenure = Tenure(PROGRAMME.digest, LONG.start_ms + 1)

    one = judge(shown(), tenures=(tenure,))[0]

    assert (str(one.verdict), one.expected) == ("partial", False)


def test_the_slot_that_is_running_when_a_venue_opens_is_partial_and_never_put_aside() -> None:
    opens_ms = LONG.start_ms + 12_000
    opening = make_programme(START_MS, opens_ms=opens_ms)
    joined = make_batch(opening, [LONG], cause=2, state=1, start_ms=17_000, shown_ms=18_000)
    tenure = Tenure(opening.digest, START_MS)

    one = judge(joined, programme=opening, tenures=(tenure,))[0]

    assert (str(one.verdict), one.expected) == ("partial", False)


def test_the_former_plan_counts_until_the_screen_has_reported_the_switch() -> None:
    old = Tenure(PROGRAMME.digest, START_MS, LONG.start_ms)
    provisional = Tenure("e" * 64, LONG.start_ms, None, reported=False)
    reported = Tenure("e" * 64, LONG.start_ms, None)

    assert verdict(shown(), tenures=(old, provisional)) == ("counted", None)
    assert verdict(shown(), tenures=(old, reported)) == ("quarantined", "not_on_air")


def test_a_tolerance_of_300_s_is_the_largest() -> None:
    late = {"start_ms": [5_000 + 299_000], "offset_ms": LONG.start_ms - 5_000}
    unsure = {"clock": {"offset_ms": LONG.start_ms - 5_000, "uncertainty_ms": 9e9}}
    later = {"start_ms": [5_000 + 301_000]}

    assert verdict(shown(**late) | unsure) == ("counted", None)
    assert verdict(shown(**later) | unsure) == ("quarantined", "wrong_time")


def test_with_an_unsure_clock_a_play_must_still_fit_its_neighbours() -> None:
    offset_ms = SLOTS[0].start_ms - 5_000
    starts = [slot.start_ms - offset_ms + 30_000 for slot in SLOTS[:5]]
    starts[4] += 20_000
    payload = make_batch(
        PROGRAMME,
        SLOTS[:5],
        start_ms=starts,
        clock={"offset_ms": offset_ms, "uncertainty_ms": 60_000},
    )

    found = [(str(one.verdict), one.reason) for one in judge(payload)]

    assert found == [("counted", None)] * 4 + [("quarantined", "wrong_time")]


def test_a_suspected_boot_counts_nothing() -> None:
    assert verdict(shown(), suspected=True) == ("quarantined", "clone_suspected")


def test_a_takeover_counts_only_while_one_of_that_asset_is_assigned() -> None:
    asset = "f" * 64
    window = TakeoverWindow(asset, START_MS + MINUTE_MS, START_MS + 3 * MINUTE_MS)
    during = takeover_batch(asset, START_MS + 2 * MINUTE_MS, 10_000)
    before = takeover_batch(asset, START_MS + 30_000, 10_000)
    other = takeover_batch("e" * 64, START_MS + 2 * MINUTE_MS, 10_000)

    assert verdict(during, takeovers=(window,)) == ("counted", None)
    assert verdict(before, takeovers=(window,)) == ("quarantined", "no_takeover")
    assert verdict(other, takeovers=(window,)) == ("quarantined", "no_takeover")


def test_the_fallback_counts_beside_the_plan() -> None:
    one = judge(takeover_batch("f" * 64, START_MS, 10_000, cause=[4]))[0]

    assert (str(one.verdict), one.expected) == ("counted", False)


def test_a_scheduled_play_without_a_slot_is_put_aside() -> None:
    assert verdict(takeover_batch("f" * 64, START_MS, 10_000, cause=[0])) == (
        "quarantined",
        "unknown_slot",
    )


def test_a_clock_note_has_its_tolerance() -> None:
    assert ClockNote(0, 12).tolerance_ms == 2_000
    assert ClockNote(0, 60_000).tolerance_ms == 60_000
    assert ClockNote(0, -5).tolerance_ms == 2_000


def test_plays_are_linked_as_the_protocol_defines() -> None:
    play = Play(1, None, -1, -1, -1, "a", 5, 6, 1, 4, None)

    assert play.link() == (1, None, -1, -1, -1, "a", 5, 6, 1, 4, None)
