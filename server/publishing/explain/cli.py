"""Collects the output of `server.cli explain`: of any screen, for operators."""

from typing import Any

from sqlalchemy.orm import Session

from server.campaigns.planning.orders import signed_entries
from server.campaigns.queries import newest_names
from server.foundation.core import Core
from server.foundation.errors import existing
from server.foundation.public_ids import number, public
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import facts
from server.publishing.explain.explanation_texts import ScreenExplanation
from server.publishing.explain.scheduled_at import explain_within


def explain_screen(core: Core, screen: str, at_ms: int) -> ScreenExplanation:
    """The content of a screen, with the reasons for and against each campaign.

    Raises NotFound, and Conflict if the screen has no plan.
    """
    with core.config.read() as session:
        row = existing(session.get(Screen, number("screen", screen)))
        key, name = row.id, f"{row.venue.name} {row.name}".strip()
        timezone, now_ms = row.venue.timezone, core.clock.now_ms()
        explained = explain_within(session, now_ms, key, at_ms)
        rows = [*explained["campaigns"], *left_out(session, key, explained, now_ms)]
        names = newest_names(session, [number("campaign", one) for one in _named(explained, rows)])
    answer = {**explained, "campaigns": rows}
    by_id = {public("campaign", campaign): text for campaign, text in names.items()}
    return ScreenExplanation(public("screen", key), name, timezone, at_ms, answer, by_id)


def left_out(
    session: Session, screen_id: int, explained: dict[str, Any], now_ms: int
) -> list[dict[str, Any]]:
    """The campaigns that count somewhere and that this screen has no order of."""
    here: ScreenFacts = facts(session, [screen_id])[0]
    ordered = {row["campaign"] for row in explained["campaigns"]}
    return [
        {
            "campaign": entry.name,
            "state": "nothing_to_show" if entry.choice.picks(here) else "elsewhere",
            "target": entry.content.target_kind,
            "tier": entry.content.tier,
        }
        for entry in signed_entries(session, now_ms)
        if entry.name not in ordered
    ]


def _named(explained: dict[str, Any], rows: list[dict[str, Any]]) -> set[str]:
    on = explained["seat"].get("campaign")
    return {row["campaign"] for row in rows if row["campaign"] != "starter"} | (
        {on} if on else set()
    )
