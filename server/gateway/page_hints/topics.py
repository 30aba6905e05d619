"""Topics that pages can follow: names for parts of the data, with their tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from server.accounts.roles import Action
from server.foundation.db.change_tracking import Written

Place = tuple[str, int]
"""The object to which a change belongs, e.g. `("screen", 7)`."""
Columns = Mapping[str, str]
"""Columns of a table -> the kind of object that they reference."""

_UNIT: Final[Columns] = {"unit_id": "unit"}
_VENUE: Final[Columns] = {"venue_id": "venue"}
_SCREEN: Final[Columns] = {"screen_id": "screen"}
_PERSON: Final[Columns] = {"user_id": "person"}
_AT: Final[Columns] = {**_UNIT, **_VENUE, **_SCREEN}
_CAMPAIGN: Final[Columns] = {"campaign_id": "campaign"}

_SCREENS: Final = {
    "screens": {"id": "screen", **_VENUE},
    "venues": {"id": "venue"},
    "screen_pauses": _SCREEN,
    "screen_boxes": _SCREEN,
    "tenures": _SCREEN,
}
_INCIDENTS: Final = {"incidents": _AT}
_CAMPAIGNS: Final = {
    "campaigns": _UNIT,
    "campaign_versions": _CAMPAIGN,
    "boosts": _CAMPAIGN,
}
_TAKEOVERS: Final = {"takeovers": _UNIT, "stops": _UNIT}


@dataclass(frozen=True)
class PageTopic:
    """A topic. `actions`: hints go to users who may do one of them at the place of the change.

    `every_s`: the least interval between hints.
    """

    tables: Mapping[str, Columns]
    actions: tuple[Action, ...] = ("read",)
    every_s: float = 1.0


BOTH: Final[tuple[Action, ...]] = ("read", "reports.read")

TOPICS: Final[Mapping[str, PageTopic]] = {
    "waiting": PageTopic(
        {
            **_TAKEOVERS,
            **_INCIDENTS,
            "campaigns": _UNIT,
            "assets": _UNIT,
            "exemptions": _UNIT,
            "exempted_screens": _AT,
            "attestations": _VENUE,
            "spot_checks": _AT,
        },
        BOTH,
    ),
    "screens": PageTopic(_SCREENS, BOTH),
    "plays": PageTopic({}, ("reports.read",), every_s=10.0),
    "incidents": PageTopic(_INCIDENTS, BOTH),
    "commands": PageTopic({"sent_commands": _SCREEN}),
    "acts": PageTopic({"bulk_acts": _PERSON, "bulk_outcomes": _SCREEN}),
    "arrivals": PageTopic(
        {**_SCREENS, "refused_enrolments": {**_SCREEN, "key_id": "key"}, "enrolment_keys": _UNIT}
    ),
    "campaigns": PageTopic(_CAMPAIGNS),
    "takeovers": PageTopic(_TAKEOVERS),
    "emergency": PageTopic({**_TAKEOVERS, "takeover_receipts": _SCREEN, **_INCIDENTS}, every_s=2.0),
    "media": PageTopic({"assets": _UNIT}),
    "files": PageTopic({"play_exports": _PERSON, "led_packs": _PERSON}),
    "packs": PageTopic({"assessment_packs": {"author_id": "person"}}, BOTH),
    "board": PageTopic({**_SCREENS, **_INCIDENTS, "units": {"id": "unit"}}, BOTH, every_s=5.0),
}

TABLES: Final = frozenset(table for topic in TOPICS.values() for table in topic.tables)
SESSIONS: Final = "user_sessions"
PEOPLE: Final = frozenset({"users", "user_roles", "venue_contacts"})
"""Tables that, with sessions, decide who receives hints."""
RELAYED_TABLES: Final = TABLES | PEOPLE | {SESSIONS}


@dataclass
class Gathered:
    """Places of changes by topic, since the last hints."""

    places: dict[str, set[Place]] = field(default_factory=dict)

    def take(self, written: Written) -> None:
        """Record writes."""
        for name, topic in TOPICS.items():
            for table, columns in topic.tables.items():
                for column, kind in columns.items():
                    numbers = written.get(table, {}).get(column, ())
                    self.add(name, {(kind, number) for number in numbers})

    def add(self, name: str, places: set[Place]) -> None:
        """Record a change of a topic."""
        if places:
            self.places.setdefault(name, set()).update(places)
