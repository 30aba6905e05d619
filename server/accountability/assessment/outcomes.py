"""Outcomes of publicity, entered by hand beside the plays: cases, loss, awareness, with source.

The server counts none of it. It is part of the frozen figures, and every paper names its source.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

from server.accountability.assessment.labels import OUTCOME_UNITS, OUTCOMES
from server.foundation.errors import Fault
from server.foundation.i18n import Sentence

Kind = Literal["cases", "loss", "awareness"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
NOT_IN_PACK: Final = Sentence(
    "这个单位不在所选单位里。", "This unit is not among the units of the pack."
)
TWICE: Final = Sentence("同一单位的同一指标只能填一次。", "A unit has each of these figures once.")
OVER: Final = Sentence("知晓率不超过 100 %。", "Awareness is 100 % at most.")
WHOLE: Final = Sentence("发案数是整数。", "Cases are a whole number.")
FUTURE: Final = Sentence("日期不能晚于今天。", "The date must not be after today.")
LABEL: Final = "成效指标"
BY_HAND: Final = "由人工填写，不由本系统统计"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A figure of a unit: `value` in cases, 10,000 yuan or per cent; `on`: the source's date."""

    unit_id: str
    kind: Kind
    value: float
    source: str
    on: date

    def stored(self) -> dict[str, Any]:
        """As JSON beside the unit of a pack."""
        value = int(self.value) if self.value == int(self.value) else self.value
        whole = asdict(self) | {"value": value, "date": self.on.isoformat()}
        return {key: whole[key] for key in ("kind", "value", "source", "date")}


def faults_of(some: Sequence[Outcome], unit_ids: Sequence[str], today: date) -> Iterator[Fault]:
    """The faults of figures entered for a pack of these units."""
    seen: set[tuple[str, str]] = set()
    for place, one in enumerate(some):
        pointer = f"/outcomes/{place}"
        if one.unit_id not in unit_ids:
            yield Fault(f"{pointer}/unit_id", NOT_IN_PACK)
        if (one.unit_id, one.kind) in seen:
            yield Fault(f"{pointer}/kind", TWICE)
        if one.kind == "awareness" and one.value > 100:
            yield Fault(f"{pointer}/value", OVER)
        if one.kind == "cases" and one.value != int(one.value):
            yield Fault(f"{pointer}/value", WHOLE)
        if one.on > today:
            yield Fault(f"{pointer}/date", FUTURE)
        seen.add((one.unit_id, one.kind))


def text_of(one: Mapping[str, Any]) -> str:
    """发案数 12 起（来源：区公安分局，2026-11-30）, as papers print it."""
    kind = one["kind"]
    figure = f"{OUTCOMES[kind].zh} {one['value']:,} {OUTCOME_UNITS[kind].zh}"
    return f"{figure}（来源：{one['source']}，{one['date']}）"


def sentence_of(some: Sequence[Mapping[str, Any]]) -> str:
    """All of a unit's figures in a line."""
    return f"{'；'.join(text_of(one) for one in some)}；{BY_HAND}"
