"""Previews before saving: the screens of a selector, and the effect of a campaign."""

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.roles import Action
from server.campaigns import content as contents
from server.campaigns.content import Content
from server.campaigns.forecast.impact import (
    Viewer,
    answer,
    names_of,
    noted_on,
    outlook,
)
from server.campaigns.overrides.active import takes_part
from server.campaigns.planning import pacing
from server.campaigns.planning.orders import Entry
from server.campaigns.playlists.own_playlist import listed_items
from server.campaigns.playlists.service import Entry as ListEntry
from server.campaigns.targeting.author_scope import choice, reach_for
from server.foundation.core import Core
from server.foundation.public_ids import number, public
from server.foundation.runtime.blocking import run_blocking
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.queries import facts

Purpose = Literal["campaign", "takeover", "emergency", "stop", "exemption"]
ACTIONS: dict[Purpose, Action] = {
    "campaign": "campaigns.write",
    "takeover": "takeover.start",
    "emergency": "takeover.start",
    "stop": "stop",
    "exemption": "exemptions.write",
}


@dataclass(frozen=True)
class Reached:
    """The screens of a selector now; `left_out` are those excluded by their venue's policy."""

    screens: tuple[str, ...]
    venues: int
    by_kind: dict[str, int]
    left_out: int

    def as_json(self) -> dict[str, Any]:
        """The answer of the API."""
        return {
            "screens": len(self.screens),
            "screen_ids": list(self.screens),
            "venues": self.venues,
            "by_kind": self.by_kind,
            "left_out": self.left_out,
        }


def reached(core: Core, actor: Actor, selector: dict[str, Any], purpose: Purpose) -> Reached:
    """The bound screens that a selector reaches in the person's hands. Raises Invalid."""
    with core.config.read() as session:
        chosen = choice(selector, reach_for(session, actor, ACTIONS[purpose], selector))
        every = chosen.among(facts(session))
    kept = [one for one in every if _lets_in(one, purpose)]
    return Reached(
        screens=tuple(public("screen", one.screen_id) for one in kept),
        venues=len({one.venue_id for one in kept}),
        by_kind=dict(Counter(one.venue_kind for one in kept).most_common()),
        left_out=len(every) - len(kept),
    )


@dataclass(frozen=True)
class FormCheck:
    """The input of a form's check: its content, the campaign it changes, the language.

    `brief`: only the tightest and the typical group. `entries` replace the content's playlist.
    """

    content: Content
    in_place_of: str | None
    language: str
    brief: bool = False
    entries: tuple[ListEntry, ...] = ()


def check_content(core: Core, actor: Actor, asked: FormCheck) -> dict[str, Any]:
    """The answer of `/check` for unsaved content, optionally in place of a campaign's own.

    Raises Invalid for invalid values.
    """
    contents.check(asked.content)
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        entry = _entry(session, actor, asked)
        found = outlook(session, pacing.paced(session, entry, now_ms), now_ms)
        names = names_of(session, actor, found) | {entry.name: asked.content.name}
        noted = noted_on(core, session, found, now_ms)
    reader = Viewer(names, asked.language)
    forecast = run_blocking(partial(answer, found, reader, now_ms, brief=asked.brief))
    return {**forecast, **noted, "names": names}


def _entry(session: Session, actor: Actor, asked: FormCheck) -> Entry:
    content = asked.content
    reach = reach_for(session, actor, "campaigns.write", content.selector)
    return Entry(
        campaign_id=number("campaign", asked.in_place_of) if asked.in_place_of else 0,
        content=content,
        items=listed_items(session, actor, content, asked.entries),
        choice=choice(content.selector, reach),
    )


def _lets_in(one: ScreenFacts, purpose: Purpose) -> bool:
    """Only takeovers ask the venue's policy."""
    if purpose in ("takeover", "emergency"):
        return takes_part(one, emergency=purpose == "emergency")
    return True
