"""Positions in rows: conversion, and plausibility checks."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, Final

from server.foundation.i18n import Sentence
from server.inventory.imports.outcomes import Outcome
from server.inventory.imports.row_faults import Wrong
from server.inventory.venues.fields.coordinates import Coord, Point, in_china, to_wgs84
from server.inventory.venues.fields.validation import HALF_A_POINT

# A district is some tens of kilometres wide; a wrong degree is a hundred.
FAR_KM: Final = 60.0
KM_PER_DEGREE: Final = 111.2
ENOUGH: Final = 3

SWAPPED: Final = Sentence("经度和纬度写反了。", "Latitude and longitude are the wrong way round.")
NO_LATITUDE: Final = Sentence("纬度应在 -90 到 90 之间。", "A latitude lies between -90 and 90.")
OUTSIDE: Final = Sentence(
    "这个位置不在中国境内，请核对。", "This place isn't in China: look at it again."
)
FAR: Final = Sentence(
    "离其他点位约 {} 公里，请核对经纬度。", "Some {} km from the other venues: look at it again."
)


def point_of(values: Mapping[str, Any], coord: Coord) -> dict[str, float | None]:
    """A row's position in WGS-84. Raises Wrong."""
    if "lat" not in values and "lon" not in values:
        return {}
    lat, lon = values.get("lat"), values.get("lon")
    if (lat is None) != (lon is None) or ("lat" in values) != ("lon" in values):
        raise Wrong("lat" if lat is None else "lon", HALF_A_POINT)
    if lat is None or lon is None:
        return {"lat": None, "lon": None}
    if in_china(Point(lon, lat)) and not in_china(Point(lat, lon)):
        raise Wrong("lat", SWAPPED)
    if abs(lat) > 90:
        raise Wrong("lat", NO_LATITUDE)
    found = to_wgs84(Point(lat, lon), coord)
    return {"lat": round(found.lat, 7), "lon": round(found.lon, 7)}


def note_points(outcome: Outcome, existing: Iterable[Mapping[str, Any]]) -> None:
    """Note new places abroad, and those far from all others."""
    new = [
        (entry.row, Point(entry.values["lat"], entry.values["lon"]))
        for entry in outcome.entries
        if entry.values.get("lat") is not None and entry.values.get("lon") is not None
    ]
    if not new:
        return
    there = [Point(one["lat"], one["lon"]) for one in existing if one["lat"] is not None]
    middle = _middle([point for _, point in new] + there)
    for row, point in new:
        if not in_china(point):
            outcome.note(row, "lat", OUTSIDE)
        elif middle is not None and (far := _km(point, middle)) > FAR_KM:
            outcome.note(row, "lat", FAR.filled(round(far)))


def _middle(points: Sequence[Point]) -> Point | None:
    if len(points) < ENOUGH:
        return None
    return Point(median(one.lat for one in points), median(one.lon for one in points))


def _km(one: Point, other: Point) -> float:
    east = (one.lon - other.lon) * math.cos(math.radians(other.lat))
    return KM_PER_DEGREE * math.hypot(one.lat - other.lat, east)
