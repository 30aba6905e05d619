"""Explains an hour that doesn't fit: the demand, its owner, the excess, the change to make.

The figures are those of `playlists.demand.admission`; the change named is one that would really
fit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ceil
from typing import Any, Final

from playlists.demand.admission import asked_plays, least_plays, load_ms
from playlists.demand.orders import CampaignOrder
from playlists.demand.request import LoopItem, LoopRequest
from playlists.demand.targets import exact
from playlists.errors import Refusal
from playlists.windows import HOUR_MS
from server.campaigns.durations import figure, fill, length
from server.foundation.i18n import Sentence

MOST_NAMED: Final = 8
CAPPED: Final = frozenset({"share_of_voice", "longest_wait_s"})
HIDDEN = Sentence("其他任务（名称不可见）", "another campaign (its name is hidden)")
BY_FACTOR = Sentence(
    "如果按同一比例降低，最多保留各自的 {percent} %。",
    "Lowered by one common factor, each may keep at most {percent} %.",
)
NO_SINGLE_CHANGE = Sentence(
    "只改一个任务不够：请同时降低几个任务、缩短画面，或减少任务。",
    "No change of one campaign is enough: lower several, shorten pictures, or drop a campaign.",
)
AND_MORE = Sentence("另有 {n} 个任务", "{n} more campaigns")


@dataclass(frozen=True)
class Misfit:
    """A refusal with the hour that it is about and the orders that make the hour up."""

    refusal: Refusal
    request: LoopRequest
    orders: tuple[CampaignOrder, ...]


@dataclass(frozen=True)
class Reason:
    """One refusal in words: the misfit, each campaign's part, and a change that would fit."""

    code: str
    what: Sentence
    parts: tuple[Sentence, ...]
    factor: Sentence | None
    change: Sentence

    def in_language(self, language: str) -> dict[str, Any]:
        """The form in an answer."""
        return {
            "code": self.code,
            "what": self.what.in_language(language),
            "parts": [part.in_language(language) for part in self.parts],
            "factor": None if self.factor is None else self.factor.in_language(language),
            "change": self.change.in_language(language),
        }

    def sentence(self) -> Sentence:
        """The same in one go, for a problem document."""
        sentences = [self.what, *([self.factor] if self.factor else []), self.change]
        return Sentence("".join(one.zh for one in sentences), " ".join(one.en for one in sentences))


def reasons(misfits: Iterable[Misfit], names: Mapping[str, str]) -> list[Reason]:
    """Each refusal in words; `names` are the campaigns that the reader may see, by public id."""
    return [_WORDED[one.refusal.code](_Hour(one, names)) for one in misfits]


class _Hour:
    """The data of the sentences about one refusal."""

    def __init__(self, misfit: Misfit, names: Mapping[str, str]) -> None:
        self.refusal = misfit.refusal
        self.request = misfit.request
        self.period_ms = misfit.request.period_ms or HOUR_MS
        self.room_ms = self.period_ms - misfit.request.own_ms
        self.items = {item.id: item for item in misfit.request.items}
        self._orders = {order.id: order for order in misfit.orders}
        self._names = names

    def guilty(self) -> list[LoopItem]:
        """The items that the refusal names."""
        return [self.items[name] for name in self.refusal.items]

    def name(self, item: str) -> Sentence:
        """The campaign in quotation marks, if the reader may know it."""
        name = self._names.get(item)
        return HIDDEN if name is None else Sentence(f"“{name}”", f"“{name}”")

    def floor(self, item: LoopItem) -> str:
        """The floor as it was ordered, in plays an hour."""
        return figure(exact(self._orders[item.id].floor))

    def wait_ms(self, item: LoopItem, ms: int) -> int:
        """A longest wait as it has to be ordered to come to `ms` under the boosts in force."""
        target = self._orders[item.id].target
        if item.max_gap_ms is None or target.value is None:
            return ms
        return ceil(ms * exact(target.value) * 1000 / item.max_gap_ms)

    def needed(self, item: LoopItem) -> int:
        """The plays for which a shortest gap must leave room; some kinds take fewer than asked."""
        if self._orders[item.id].target.kind in CAPPED:
            return max(least_plays(item, self.period_ms), 1)
        return asked_plays(item, self.period_ms)

    def an_hour(self, plays: int) -> int:
        """Plays of one loop as plays an hour."""
        return plays * HOUR_MS // self.period_ms


_Worded = Callable[[_Hour, LoopItem, int], Sentence]
"""So many plays of a campaign in words."""


def _floors(hour: _Hour) -> Reason:
    plays = [item.floor for item in hour.request.items]
    what = Sentence("最低频次", "The floors")
    return _overload(hour, what, plays, _floor_part, _floor_change)


def _waits(hour: _Hour) -> Reason:
    plays = [least_plays(item, hour.period_ms) for item in hour.request.items]
    what = Sentence("最长间隔和最低频次", "Longest waits and floors")
    return _overload(hour, what, plays, _least_part, _wait_change)


def _gaps_crossed(hour: _Hour) -> Reason:
    def part(item: LoopItem) -> Sentence:
        return fill(
            "{name}：最短间隔 {least}，最长间隔 {most}，相差 {over}",
            "{name}: shortest gap {least}, longest wait {most}, {over} apart",
            name=hour.name(item.id),
            least=length(item.min_gap_ms or 0),
            most=length(_max_gap(item)),
            over=length((item.min_gap_ms or 0) - _max_gap(item)),
        )

    what = Sentence(
        "最短间隔比最长间隔还长，两者不能同时做到。",
        "The shortest gap is longer than the longest wait: both can't be kept.",
    )
    return _contradiction(hour, what, part, partial(_gap_change, hour))


def _gap_too_long(hour: _Hour) -> Reason:
    def part(item: LoopItem) -> Sentence:
        plays = hour.an_hour(hour.needed(item))
        gap_ms = item.min_gap_ms or 0
        return fill(
            "{name}：{plays} 次 × {gap} = {sum}，超出一小时 {over}；隔这么久一小时最多播 {most} 次",
            "{name}: {plays} plays × {gap} = {sum}, {over} over the hour; {most} plays would fit",
            name=hour.name(item.id),
            plays=plays,
            gap=length(gap_ms),
            sum=length(plays * gap_ms),
            over=length(plays * gap_ms - HOUR_MS),
            most=HOUR_MS // gap_ms,
        )

    what = Sentence(
        "次数乘以最短间隔超过一小时，播不完。",
        "Plays times the shortest gap is longer than an hour.",
    )
    return _contradiction(hour, what, part, partial(_gap_change, hour))


def _wait_below_length(hour: _Hour) -> Reason:
    def part(item: LoopItem) -> Sentence:
        return fill(
            "{name}：最长间隔 {most}，画面长 {long}，短了 {over}",
            "{name}: longest wait {most}, picture {long}, {over} too short",
            name=hour.name(item.id),
            most=length(_max_gap(item)),
            long=length(item.longest_ms()),
            over=length(item.longest_ms() - _max_gap(item)),
        )

    def change(item: LoopItem) -> Sentence:
        return fill(
            "把{name}的最长间隔由 {now}放宽到至少 {then}，或把画面缩短到 {now}以内。",
            "Widen the longest wait of {name} from {now} to {then} or more, or shorten its "
            "pictures to {now}.",
            name=hour.name(item.id),
            now=length(hour.wait_ms(item, _max_gap(item))),
            then=length(_whole(hour.wait_ms(item, item.longest_ms()))),
        )

    what = Sentence(
        "最长间隔比画面本身还短，上一次没播完下一次就该开始了。",
        "The longest wait is shorter than the picture itself.",
    )
    return _contradiction(hour, what, part, change)


def _contradiction(
    hour: _Hour,
    what: Sentence,
    part: Callable[[LoopItem], Sentence],
    change: Callable[[LoopItem], Sentence],
) -> Reason:
    guilty = hour.guilty()
    changes = [change(item) for item in guilty]
    return Reason(
        code=hour.refusal.code,
        what=what,
        parts=tuple(part(item) for item in guilty),
        factor=None,
        change=Sentence("".join(one.zh for one in changes), " ".join(one.en for one in changes)),
    )


def _overload(
    hour: _Hour, what: Sentence, plays: Sequence[int], part: _Worded, change: _Worded
) -> Reason:
    smallest = hour.refusal.smallest_change
    return Reason(
        code=hour.refusal.code,
        what=_excess(hour, plays, what),
        parts=_parts(hour, plays, part),
        factor=_factor(hour, plays),
        change=NO_SINGLE_CHANGE
        if smallest is None
        else change(hour, hour.items[smallest.item], smallest.floor),
    )


def _excess(hour: _Hour, plays: Sequence[int], what: Sentence) -> Sentence:
    load = load_ms(hour.request.items, plays)
    own_ms = hour.request.own_ms
    kept = fill(
        "（另有 {own}留给点位自有内容）", " ({own} are the venue's own)", own=length(own_ms)
    )
    return fill(
        "{what}合计一小时要播 {load}，可用 {room}{kept}，超出 {over}。",
        "{what} add up to {load} an hour; {room} are there{kept}: {over} too much.",
        what=what,
        load=length(load),
        room=length(hour.room_ms),
        kept=kept if own_ms else "",
        over=length(load - hour.room_ms),
    )


def _parts(hour: _Hour, plays: Sequence[int], word: _Worded) -> tuple[Sentence, ...]:
    """Each campaign's part, the largest first."""
    rows = [(item, n) for item, n in zip(hour.request.items, plays, strict=True) if n]
    rows.sort(key=lambda row: -row[0].airtime_ms(row[1]))
    parts = [word(hour, item, n) for item, n in rows[:MOST_NAMED]]
    if len(rows) > MOST_NAMED:
        parts.append(fill(*AND_MORE, n=len(rows) - MOST_NAMED))
    return tuple(parts)


def _floor_part(hour: _Hour, item: LoopItem, plays: int) -> Sentence:
    return fill(
        "{name}：每小时至少 {plays} 次，占 {time}",
        "{name}: at least {plays} an hour, {time}",
        name=hour.name(item.id),
        plays=hour.an_hour(plays),
        time=length(item.airtime_ms(plays)),
    )


def _least_part(hour: _Hour, item: LoopItem, plays: int) -> Sentence:
    if item.max_gap_ms is None:
        return _floor_part(hour, item, plays)
    return fill(
        "{name}：最长间隔 {wait}，每小时至少 {plays} 次，占 {time}",
        "{name}: longest wait {wait}, so at least {plays} an hour, {time}",
        name=hour.name(item.id),
        wait=length(hour.wait_ms(item, item.max_gap_ms)),
        plays=hour.an_hour(plays),
        time=length(item.airtime_ms(plays)),
    )


def _factor(hour: _Hour, plays: Sequence[int]) -> Sentence:
    """The largest tenth of a percent that fits when each campaign's plays are rounded down."""
    mills = int(Fraction(hour.room_ms * 1000, load_ms(hour.request.items, plays)))
    while load_ms(hour.request.items, [n * mills // 1000 for n in plays]) > hour.room_ms:
        mills -= 1
    return fill(*BY_FACTOR, percent=figure(Fraction(mills, 10)))


def _floor_change(hour: _Hour, item: LoopItem, plays: int) -> Sentence:
    return fill(
        "把{name}的最低频次由每小时 {now} 次改为 {then} 次，就排得下。",
        "Lower the floor of {name} from {now} to {then} an hour, and it fits.",
        name=hour.name(item.id),
        now=hour.floor(item),
        then=hour.an_hour(plays),
    )


def _wait_change(hour: _Hour, item: LoopItem, plays: int) -> Sentence:
    if item.max_gap_ms is None or item.floor >= least_plays(item, hour.period_ms):
        return _floor_change(hour, item, plays)
    if plays == 0:
        return fill(
            "取消{name}的最长间隔要求，就排得下。",
            "Give {name} another target than a longest wait, and it fits.",
            name=hour.name(item.id),
        )
    wait = fill(
        "把{name}的最长间隔由 {now}放宽到 {then}（每小时 {plays} 次）",
        "Widen the longest wait of {name} from {now} to {then} ({plays} an hour)",
        name=hour.name(item.id),
        now=length(hour.wait_ms(item, item.max_gap_ms)),
        then=length(_whole(hour.wait_ms(item, -(-hour.period_ms // plays)))),
        plays=hour.an_hour(plays),
    )
    lower = fill(
        "，最低频次降到 {plays} 次", " and its floor to {plays}", plays=hour.an_hour(plays)
    )
    floor = lower if item.floor > plays else Sentence("", "")
    return Sentence(f"{wait.zh}{floor.zh}，就排得下。", f"{wait.en}{floor.en}, and it fits.")


def _gap_change(hour: _Hour, item: LoopItem) -> Sentence:
    """The longest shortest gap, in whole seconds, that leaves room for the needed plays."""
    return fill(
        "把{name}的最短间隔由 {now}缩短到 {then}，就排得下。",
        "Shorten the shortest gap of {name} from {now} to {then}, and it fits.",
        name=hour.name(item.id),
        now=length(item.min_gap_ms or 0),
        then=length(hour.period_ms // hour.needed(item) // 1000 * 1000),
    )


def _max_gap(item: LoopItem) -> int:
    return item.max_gap_ms or 0


def _whole(ms: int) -> int:
    """Round up to a whole second."""
    return -(-ms // 1000) * 1000


_WORDED: Final[dict[str, Callable[[_Hour], Reason]]] = {
    "floors_exceed_period": _floors,
    "max_gaps_too_dense": _waits,
    "min_gap_above_max_gap": _gaps_crossed,
    "min_gap_too_long": _gap_too_long,
    "max_gap_below_duration": _wait_below_length,
}
