"""The fleet in the words and figures of its page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from server.foundation.civil_time import Civil
from server.foundation.i18n import Sentence, range_text, share_text
from server.foundation.public_ids import public
from server.foundation.rest.request_language import translate
from server.monitoring.availability import rates
from server.monitoring.availability.distribution import Spread
from server.monitoring.availability.packed_records import Record
from server.monitoring.fleet.status import DARK, STATES
from server.monitoring.fleet.tree import Branch, Fleet, ScreenNode, VenueNode
from server.web.addresses import href
from server.web.console.fleet.labels import (
    length,
    pct_text,
    since_text,
    state_words,
)
from server.web.console.fleet.strips import Ahead, day_strip

ANY_DARK: Final = "dark"
DARK_NAME: Final = Sentence("全部断联", "All that is dark")
NO_LINE: Final = Sentence("未分线路", "No line")
VEHICLES_DARK: Final = Sentence(
    "{name}：{venues} 辆车 {screens} 块屏断联",
    "{name}: {screens} screens on {venues} vehicles dark",
)
VENUES_DARK: Final = Sentence(
    "{name}：{venues} 个点位 {screens} 块屏断联",
    "{name}: {screens} screens at {venues} venues dark",
)
SINCE: Final = Sentence("，最早始于 {}", ", the longest since {}")
NEVER_CONTACTED: Final = Sentence("，其中 {} 块从未联系", ", {} of them never heard")
WIDE_PCT: Final = 20
"""A wider range is too uncertain to show."""
SHOWN_DARK: Final = 12
SHOWN_VENUES: Final = 200
FEW_VENUES: Final = 40
MOST_STRIPS: Final = 120
"""The maximum of screens on one page, beside those of the first line or unit."""


@dataclass(frozen=True)
class View:
    """Turns a fleet into the context of its page.

    `state`: which screens are listed (a state, `dark`, or None: all); figures are of all.
    """

    fleet: Fleet
    by_line: bool
    state: str | None
    open_all: bool
    zone: ZoneInfo
    address: "Address"

    def sentences(self) -> list[dict[str, str]]:
        """One sentence for each line or unit with dark screens, the worst first."""
        return [self._sentence(one, dark) for one in self.fleet.branches if (dark := _dark(one))]

    def dark(self, most: int) -> tuple[list[dict[str, Any]], int]:
        """The worst vehicles or venues with dark screens, and the number of others."""
        found: dict[int, tuple[VenueNode, list[ScreenNode]]] = {}
        for venue, screen in self.fleet.dark:
            found.setdefault(venue.venue.id, (venue, []))[1].append(screen)
        branches = {one.id: one for one in self.fleet.branches}
        rows = [
            {
                **self._place(venue),
                "branch": self._name(branches[self._branch_of(venue)]),
                "dark": [self._screen(one) for one in screens],
            }
            for venue, screens in islice(found.values(), most)
        ]
        return rows, max(0, len(found) - most)

    def branches(self) -> list[dict[str, Any]]:
        """Lines or units; their vehicles or venues where there are few, or one was asked for."""
        wanted = sum(len(one.venues) for one in self.fleet.branches)
        opened = self.open_all or self.state is not None or wanted <= FEW_VENUES
        found, drawn = [], 0
        for one in self.fleet.branches:
            venues = list(self._listed(one))
            strips = sum(len(screens) for _, screens in venues[:SHOWN_VENUES])
            is_open = opened and (drawn == 0 or drawn + strips <= MOST_STRIPS)
            drawn += strips if is_open else 0
            if venues:
                found.append(self._branch(one, venues, opened=is_open))
        return found

    def _sentence(self, branch: Branch, dark: Sequence[ScreenNode]) -> dict[str, str]:
        last_contacts_s = [screen.last_s for screen in dark if screen.last_s is not None]
        text = translate(VEHICLES_DARK if self.by_line else VENUES_DARK).format(
            name=self._name(branch),
            venues=len({screen.venue for screen in dark}),
            screens=len(dark),
        )
        if last_contacts_s:
            since = since_text(min(last_contacts_s), self.fleet.now_s, self.zone)
            text += translate(SINCE).format(since)
        if never := len(dark) - len(last_contacts_s):
            text += translate(NEVER_CONTACTED).format(never)
        return {"text": text, "href": self.address.branch(branch.id, state=ANY_DARK)}

    def _branch(self, branch: Branch, venues: "Listed", *, opened: bool) -> dict[str, Any]:
        screens = sum(len(screens) for _, screens in venues)
        rows = venues[:SHOWN_VENUES] if opened else []
        return {
            "id": branch.id,
            "name": self._name(branch),
            "href": self.address.branch(branch.id),
            "venues": len(venues),
            "screens": screens,
            "states": self._states(branch.states),
            "pct": pct_text(rates.link_availability(branch.record).pct),
            "strip": day_strip(branch.days, branch.strip(), self._ahead(branch.ahead_s)),
            "rows": [self._venue(node, mine) for node, mine in rows],
            "left": len(venues) - len(rows) if opened else 0,
        }

    def _listed(self, branch: Branch) -> Iterator[tuple[VenueNode, Sequence[ScreenNode]]]:
        for node in branch.venues:
            screens = node.screens
            if self.state is not None:
                screens = [one for one in screens if _is_listed(one, self.state)]
            if screens:
                yield node, screens

    def _venue(self, node: VenueNode, screens: Sequence[ScreenNode]) -> dict[str, Any]:
        return {**self._place(node), "screens": [self._screen(one, strip=True) for one in screens]}

    def _place(self, node: VenueNode) -> dict[str, Any]:
        return {
            "id": public("venue", node.venue.id),
            "name": node.venue.vehicle or node.venue.name,
            "depot": node.venue.depot,
            "href": f"/uptime/venues/{public('venue', node.venue.id)}",
        }

    def _screen(self, screen: ScreenNode, *, strip: bool = False) -> dict[str, Any]:
        row = screen_row(screen, self.fleet, self.zone)
        if strip:
            ahead = self._ahead(screen.ahead_s)
            row["strip"] = day_strip(self.fleet.days, screen.strip(), ahead)
        return row

    def _ahead(self, seconds: int) -> Ahead:
        return ahead_of(self.fleet, seconds, self.zone)

    def _states(self, found: Mapping[Any, int]) -> list[dict[str, Any]]:
        """The number of screens by state, those that need action first."""
        return [
            {**state_words(state), "count": found[state]} for state in STATES if found.get(state)
        ]

    def _branch_of(self, node: VenueNode) -> int:
        return (node.venue.line or 0) if self.by_line else node.venue.unit

    def _name(self, branch: Branch) -> str:
        return branch.name or translate(NO_LINE)


Listed = Sequence[tuple[VenueNode, Sequence[ScreenNode]]]
"""Venues with those of their screens that are listed."""


@dataclass(frozen=True)
class Address:
    """The address of a line's or unit's own page, with the other filters."""

    by_line: bool
    kept: Mapping[str, str]

    def branch(self, number: int, **more: str) -> str:
        """Narrowed to one of them; the vehicles without a line can't be asked for."""
        kind = "line" if self.by_line else "unit"
        return self.to(**({f"{kind}_id": public(kind, number)} if number else {}), **more)

    def to(self, **more: str) -> str:
        """This page with more filters; an empty value removes one."""
        return href("/uptime", self.kept, more)


def screen_row(screen: ScreenNode, fleet: Fleet, zone: ZoneInfo) -> dict[str, Any]:
    """A screen's state, since when it is dark, and its figure."""
    key = public("screen", screen.id)
    is_dark = screen.state in DARK
    return {
        "id": key,
        "name": screen.name,
        "href": f"/uptime/screens/{key}",
        **state_words(screen.state),
        # The state already shows that there was no contact.
        "since": since_text(screen.last_s, fleet.now_s, zone) if is_dark and screen.last_s else "",
        "age": length(fleet.now_s - screen.last_s) if is_dark and screen.last_s else "",
        "pct": pct_text(screen.uptime_pct),
    }


def ahead_of(fleet: Fleet, seconds: int, zone: ZoneInfo) -> Ahead:
    """The fleet's operating seconds still to come today."""
    return Ahead(Civil(zone).day_of(fleet.now_s * 1000), seconds)


def figures(record: Record, spread: Spread, ahead_s: int) -> dict[str, Any]:
    """The figures of many screens, or of one; `ahead_s` of their operating time is to come."""
    unknown = max(0, record.operating - ahead_s - record.monitored)
    proven, at_most = rates.display_uptime(record)
    low, high = share_text(proven.share), share_text(at_most.share)
    return {
        "uptime": share_text(rates.link_availability(record).share),
        "display": range_text(low, high),
        "is_range": low != high,
        "proven": round(100 * (proven.share or 0), 1),
        "awaited": round(100 * ((at_most.share or 0) - (proven.share or 0)), 1),
        "is_wide": 100 * record.awaited > WIDE_PCT * record.expected,
        "freshness": share_text(rates.freshness(record).share),
        "meets": _tenths(spread.meets_target_pct),
        "median": _tenths(spread.median_pct),
        "p10": _tenths(spread.p10_pct),
        "down": length(record.monitored - record.up),
        "unknown": length(unknown),
        "excused": length(record.excused),
        "has_unknown": bool(unknown),
    }


def _tenths(pct: float | None) -> str:
    """A figure of a spread as the headline shows it: with one decimal."""
    return share_text(None if pct is None else pct / 100)


def _is_listed(screen: ScreenNode, state: str) -> bool:
    return screen.state == state or (state == ANY_DARK and screen.state in DARK)


def _dark(branch: Branch) -> Sequence[ScreenNode]:
    if branch.states.keys().isdisjoint(DARK):
        return ()
    return [screen for screen in branch.screens if screen.state in DARK]
