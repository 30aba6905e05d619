"""Answers of `/map`."""

from typing import Literal

from pydantic import Field

from server.foundation.rest.responses import Answered


class MapPoints(Answered):
    """Venues with coordinates (WGS-84), column by column, so that thousands are small.

    `kind`, `unit` and `state` are places in `kinds`, `units` and `states`.
    """

    id: list[str]
    name: list[str]
    lat: list[float]
    lon: list[float]
    kind: list[int]
    unit: list[int]
    state: list[int]
    screens: list[int]
    dark: list[int]
    confirmed: list[int] = Field(description="Plays of campaigns; empty without `rate_days`")
    due: list[int] = Field(
        description="Of which so many were due: expected without pre-empted and excused ones"
    )
    rate_pct: list[float | None]
    kinds: list[str]
    units: list[str]
    states: list[str]
    without: int = Field(description="How many venues that were asked for have no coordinates")


class MapShape(Answered):
    """An area or lines of the office's own GeoJSON; each part is longitude, latitude by turns."""

    kind: Literal["area", "line"]
    name: str
    parts: list[list[float]]


class MapShapes(Answered):
    """All shapes, the problems of files, and the zoom levels with tiles."""

    shapes: list[MapShape]
    problems: list[str]
    tiles: tuple[int, int] | None
