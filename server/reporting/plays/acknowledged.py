"""The state of each acknowledged play, including those that fulfil no expected one.

A report's states are those of expected plays. Screens also hand in plays that count for none: of a
takeover, of a slot that wasn't expected, quarantined, a second one of a slot. Here every play is in
one state, so that their sum is the number of acknowledged plays. Confirmed ones, the most frequent,
are read from the roll-ups, as each slot is confirmed by one play; of the others the rows of batches
have a flag.

A play is counted at the day, hour and place at which it was shown; if that isn't known or isn't
trusted, at those at which it was received.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from server.foundation.civil_time import Civil, DayFinder
from server.foundation.i18n import Sentence
from server.playlog.model.claims import is_outside
from server.playlog.model.verdict_rules import Verdict
from server.playlog.rawlog import reader as rawlog
from server.playlog.rawlog.reader import LoggedPlay
from server.playlog.store.interned_ids import campaign_number
from server.playlog.store.transaction import Tx
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.grouping import GroupKey, Where, group_of
from server.reporting.delivery.rollups.rollup_sums import late_by_place
from server.reporting.delivery.selection import Selection

LATE: Final = "late"
STATES: Final[Mapping[str, Sentence]] = {
    "confirmed": Sentence("实播", "confirmed"),
    "partial": Sentence("未播完", "partial"),
    "failed": Sentence("播放失败", "failed"),
    "not_expected": Sentence("不在应播之内", "of slots that weren't expected"),
    "outside_plan": Sentence("排期之外（插播、垫播、手动）", "beside the plan"),
    "unsynced": Sentence("时间未校准", "without a known time"),
    "quarantined": Sentence("待核查", "put aside"),
    LATE: Sentence("冻结后补录", "arrived after the freeze"),
}
Counts = Counter[str]
Taken = Mapping[GroupKey, Counts]


def acknowledged(
    tx: Tx, selection: Selection, civil: Civil, confirmed: Mapping[GroupKey, Figures]
) -> dict[GroupKey, Counts]:
    """Plays by group and state; those that are confirmed as the roll-ups have them."""
    group, found = group_of(selection), defaultdict[GroupKey, Counts](Counter)
    for key, figures in confirmed.items():
        if figures.confirmed:
            found[key]["confirmed"] += figures.confirmed
    for where, plays in late_by_place(tx, selection):
        found[group(where)][LATE] += plays
    for (where, state), plays in tx.aside(_beside, selection, civil).items():
        found[group(where)][state] += plays
    return dict(found)


def _beside(tx: Tx, selection: Selection, civil: Civil) -> Counter[tuple[Where, str]]:
    """Plays that aren't confirmed, by place and state."""
    from_ms, until_ms = civil.start_of(selection.from_day), civil.start_of(selection.until_day)
    at, found = partial(_where, selection, DayFinder(civil)), Counter[tuple[Where, str]]()
    for screen, received_ms in tx.rows(
        "SELECT screen, received_at FROM quarantine WHERE received_at >= ? AND received_at < ?",
        (from_ms, until_ms),
    ):
        if where := at(screen, received_ms, 0):
            found[where, "quarantined"] += 1
    screens = sorted({spot.screen for spot in selection.spots.values()})
    for one in rawlog.plays_beside(tx, screens, from_ms, until_ms):
        state, at_ms = _state(one), one.at_ms
        if state is None or not from_ms <= at_ms < until_ms:
            continue
        if where := at(one.screen, at_ms, campaign_number(one.campaign)):
            found[where, state] += 1
    return found


def _state(one: LoggedPlay) -> str | None:
    """None for plays counted elsewhere: confirmed ones, and quarantined ones."""
    if one.verdict is Verdict.QUARANTINED:
        return None
    if one.verdict is Verdict.COUNTED:
        return "outside_plan" if is_outside(one.play) else None
    return one.reason if one.reason in STATES else str(one.verdict)


def _where(
    selection: Selection, finder: DayFinder, screen: int, at_ms: int, campaign: int
) -> Where | None:
    """The group of a play by the screen's placement at the time; None outside the selection."""
    placements = selection.places.by_screen.get(screen, ())
    numbers = [key for key, placed in placements if placed.from_ms <= at_ms] or [
        key for key, _ in placements[:1]
    ]
    if not numbers or numbers[-1] not in selection.spots:
        return None
    if not selection.limits.allow_campaign(campaign):
        return None
    day, hour = finder.find(at_ms)
    return Where(day, hour, campaign, numbers[-1], selection.spots[numbers[-1]].cell)


def explained(counts: Counts) -> Iterator[tuple[Sentence, int]]:
    """The states that there are, in their order, in words."""
    for state, name in STATES.items():
        if counts[state]:
            yield name, counts[state]


def counts_document(counts: Counts) -> dict[str, int]:
    """`plays` is the sum of all states."""
    return {"plays": counts.total(), **{state: counts[state] for state in STATES}}
