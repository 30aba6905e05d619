"""Selectors of screens: parsing from JSON, and matching of screens.

Units, territories, venue kinds and tags narrow each other (banks of this street); within one list
any entry matches. Single venues and screens are added. Everything matched by `except` is left out.
A unit includes all units below it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from server.foundation.errors import Fault, Invalid, NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number
from server.inventory.screens.facts import ScreenSpot
from server.inventory.venues.kinds import KINDS

ID_LISTS = {
    "unit_ids": "unit",
    "territory_ids": "unit",
    "venue_ids": "venue",
    "screen_ids": "screen",
}
EMPTY = Sentence(
    "播放范围不能为空：请选择单位、属地、点位类型、点位、显示屏或标签，或选择全部。",
    "Choose where: units, territories, venue kinds, venues, screens or tags, or all.",
)
UNKNOWN_ID = Sentence("没有找到，或不在您的管辖范围内。", "Unknown, or outside your scope.")
UNKNOWN_KIND = Sentence("没有这种点位类型。", "There is no such venue kind.")


@dataclass(frozen=True)
class Criteria:
    """One side of a selector, with numbers in place of public ids."""

    unit_ids: frozenset[int] = frozenset()
    territory_ids: frozenset[int] = frozenset()
    venue_ids: frozenset[int] = frozenset()
    screen_ids: frozenset[int] = frozenset()
    venue_kinds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def picks(self, facts: ScreenSpot) -> bool:
        """Whether the screen or its venue is named one by one."""
        return facts.screen_id in self.screen_ids or facts.venue_id in self.venue_ids

    def tests(self, facts: ScreenSpot) -> list[bool]:
        """One answer for each list that narrows."""
        answers = []
        if self.unit_ids:
            answers.append(is_under(facts.unit_path, self.unit_ids))
        if self.territory_ids:
            answers.append(is_under(facts.territory_path, self.territory_ids))
        if self.venue_kinds:
            answers.append(facts.venue_kind in self.venue_kinds)
        if self.tags:
            answers.append(not self.tags.isdisjoint(facts.tags))
        return answers


@dataclass(frozen=True)
class Selector:
    """A selection of screens."""

    everything: bool
    criteria: Criteria
    left_out: Criteria

    def matches(self, facts: ScreenSpot) -> bool:
        """Whether the screen is selected."""
        if self._takes_all:
            return True
        if self.left_out.picks(facts) or any(self.left_out.tests(facts)):
            return False
        if self.everything or self.criteria.picks(facts):
            return True
        tests = self.criteria.tests(facts)
        return bool(tests) and all(tests)

    @cached_property
    def _takes_all(self) -> bool:
        return self.everything and self.left_out == Criteria()


def is_under(path: str | None, unit_ids: frozenset[int]) -> bool:
    """Whether a unit's path (`/1/4/`) leads through one of the units."""
    return path is not None and not unit_ids.isdisjoint(units_on(path))


@lru_cache(maxsize=8192)
def units_on(path: str) -> frozenset[int]:
    """The numbers of the units through which a path leads, its own one too."""
    return frozenset(int(step) for step in path.split("/") if step)


def parse(data: Mapping[str, Any]) -> Selector:
    """A selector as stored or sent. Raises Invalid if it is empty or names impossible things."""
    faults: list[Fault] = []
    criteria = _criteria(data, "/selector", faults)
    left_out = _criteria(data.get("except") or {}, "/selector/except", faults)
    everything = bool(data.get("all"))
    if not faults and not everything and criteria == Criteria():
        faults.append(Fault("/selector", EMPTY))
    if faults:
        raise Invalid(Sentence("播放范围填写有误。", "The selector is wrong."), faults=faults)
    return Selector(everything, criteria, left_out)


def _criteria(data: Mapping[str, Any], pointer: str, faults: list[Fault]) -> Criteria:
    return Criteria(
        **{
            name: _numbers(kind, data.get(name) or (), f"{pointer}/{name}", faults)
            for name, kind in ID_LISTS.items()
        },
        venue_kinds=_kinds(data.get("venue_kinds") or (), f"{pointer}/venue_kinds", faults),
        tags=frozenset(data.get("tags") or ()),
    )


def _numbers(kind: str, texts: Sequence[str], pointer: str, faults: list[Fault]) -> frozenset[int]:
    found = set()
    for index, text in enumerate(texts):
        try:
            found.add(number(kind, text))
        except NotFound:
            faults.append(Fault(f"{pointer}/{index}", UNKNOWN_ID))
    return frozenset(found)


def _kinds(names: Sequence[str], pointer: str, faults: list[Fault]) -> frozenset[str]:
    for index, name in enumerate(names):
        if name not in KINDS:
            faults.append(Fault(f"{pointer}/{index}", UNKNOWN_KIND))
    return frozenset(names)
