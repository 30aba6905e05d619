"""Builds manifests: the orders and hours of screens in, one text for all that are alike out."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.demand.orders import CampaignOrder
from playlists.plan.built_loops import Build
from playlists.plan.screen_plan import Plan, build_plan, to_manifest
from playlists.windows import DayCalendar, VenueHours, day_span
from playlists.wire.manifest import encode
from playlists.wire.model import Asset, Manifest
from server.campaigns.holidays import days as calendar_days
from server.campaigns.planning.orders import Entry, Orders, load_orders
from server.campaigns.targeting.venue_hours import venue_hours
from server.content.models import AssetRendition
from server.content.queries import fallback_rendition
from server.foundation.core import Core
from server.foundation.durations import DAY_MS
from server.foundation.errors import NotFound
from server.inventory.screens.facts import ScreenFacts
from server.publishing.manifests.fingerprint import name_of

# Two days more than an assignment is valid: whatever the hour of the daily extension, no screen
# reaches the end of its plan before it has the next.
DAYS: Final = 32


class NoFallback(Exception):
    """The built-in waiting picture is missing: the first run hasn't been completed."""


@dataclass(frozen=True)
class Recipe:
    """All that a manifest is made from but the day; `inputs` is its name."""

    inputs: str
    orders: tuple[CampaignOrder, ...]
    venue: VenueHours
    fallback: Asset
    sound: bool


@dataclass(frozen=True)
class Made:
    """A manifest with its text."""

    recipe: Recipe
    manifest: Manifest
    text: str


class Recipes:
    """The recipes of screens, computed once for equal screens."""

    def __init__(self, session: Session, now_ms: int, draft: Entry | None = None) -> None:
        self._session = session
        self._orders: Orders = load_orders(session, now_ms, draft)
        self._calendar: DayCalendar = calendar_days.load(session)
        self._fallbacks: dict[str, Asset] = {}
        self._cached: dict[object, Recipe] = {}

    def recipe(self, facts: ScreenFacts) -> Recipe:
        """The inputs of this screen's manifest. Raises NoFallback."""
        orders = tuple(self._orders.for_screen(facts))
        # Orders of screens that are alike are the same objects, kept alive by `_orders`.
        key = (
            tuple(id(order) for order in orders),
            facts.rendition_class,
            facts.timezone,
            json.dumps([facts.hours, facts.extra_hours], sort_keys=True),
            facts.closed_dates,
            facts.own_share,
            facts.sound,
        )
        if key not in self._cached:
            self._cached[key] = self._write(facts, orders)
        return self._cached[key]

    def _write(self, facts: ScreenFacts, orders: tuple[CampaignOrder, ...]) -> Recipe:
        venue = venue_hours(facts, self._calendar)
        fallback = self._fallback(facts.rendition_class)
        inputs = name_of(orders, venue, fallback, facts.sound)
        return Recipe(inputs, orders, venue, fallback, facts.sound)

    def _fallback(self, cls: str) -> Asset:
        if cls not in self._fallbacks:
            try:
                self._fallbacks[cls] = as_asset(fallback_rendition(self._session, cls))
            except NotFound as error:
                raise NoFallback from error
        return self._fallbacks[cls]


def make(core: Core, recipe: Recipe, now_ms: int, build: Build, days: int = DAYS) -> Made:
    """Build a manifest from today's local midnight; outside any transaction, as it takes long.

    The same recipe gives the same manifest all day long.
    """
    from_ms, until_ms = horizon(recipe.venue, now_ms, days)
    plan = build_plan(recipe.orders, recipe.venue, from_ms, until_ms, build)
    with core.config.read() as session:
        assets = assets_of(session, _digests(plan))
    assets[recipe.fallback.digest] = recipe.fallback
    manifest = to_manifest(
        plan, assets, recipe.fallback.digest, recipe.venue.timezone, sound=recipe.sound
    )
    return Made(recipe, manifest, encode(manifest))


def horizon(venue: VenueHours, now_ms: int, days: int = DAYS) -> tuple[int, int]:
    """From today's local midnight until the midnight some days later."""
    zone = venue.zone()
    from_ms = day_span(zone, now_ms)[0]
    return from_ms, day_span(zone, from_ms + days * DAY_MS + DAY_MS // 2)[0]


def assets_of(session: Session, digests: Collection[str]) -> dict[str, Asset]:
    """The files that screens fetch, by digest."""
    query = select(AssetRendition).where(AssetRendition.digest.in_(sorted(digests)))
    return {row.digest: as_asset(row) for row in session.scalars(query)}


def as_asset(row: AssetRendition) -> Asset:
    """A rendition as a manifest names it."""
    return Asset(
        digest=row.digest,
        kind="video" if row.type.startswith("video/") else "image",
        type=row.type,
        bytes=row.bytes,
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        blocks=tuple(row.blocks),
    )


def _digests(plan: Plan) -> set[str]:
    return {slot.digest for loop in plan.loops.values() for slot in loop.slots if slot.digest}
