"""Converts coordinates of Chinese maps (GCJ-02, BD-09) to WGS-84.

GCJ-02 shifts WGS-84 by a known series within China, which is inverted by iteration. BD-09 shifts
GCJ-02 once more. Neither shifts outside China.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

Coord = Literal["wgs84", "gcj02", "bd09"]

# Krasovsky's ellipsoid, on which the shift is defined.
_AXIS_M: Final = 6_378_245.0
_ECCENTRICITY_SQUARED: Final = 0.00669342162296594323
_BD_TURN: Final = math.pi * 3000.0 / 180.0
_BD_LON: Final = 0.0065
_BD_LAT: Final = 0.006
# Each step gains about three decimal places: four reach a millimetre.
_STEPS: Final = 6


@dataclass(frozen=True)
class Point:
    """Degrees north and east."""

    lat: float
    lon: float


def to_wgs84(point: Point, coord: Coord) -> Point:
    """The same place in WGS-84, to a centimetre."""
    if coord == "bd09":
        return to_wgs84(_bd09_to_gcj02(point), "gcj02")
    if coord == "wgs84" or not in_china(point):
        return point
    guess = point
    for _ in range(_STEPS):
        shifted = wgs84_to_gcj02(guess)
        guess = Point(guess.lat + point.lat - shifted.lat, guess.lon + point.lon - shifted.lon)
    return guess


def wgs84_to_gcj02(point: Point) -> Point:
    """The GCJ-02 position of a place."""
    if not in_china(point):
        return point
    x, y = point.lon - 105.0, point.lat - 35.0
    radians = math.radians(point.lat)
    squeeze = 1 - _ECCENTRICITY_SQUARED * math.sin(radians) ** 2
    root = math.sqrt(squeeze)
    meridian = _AXIS_M * (1 - _ECCENTRICITY_SQUARED) / (squeeze * root)
    parallel = _AXIS_M / root * math.cos(radians)
    return Point(
        point.lat + math.degrees(_shift_north(x, y) / meridian),
        point.lon + math.degrees(_shift_east(x, y) / parallel),
    )


def _bd09_to_gcj02(point: Point) -> Point:
    x, y = point.lon - _BD_LON, point.lat - _BD_LAT
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * _BD_TURN)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BD_TURN)
    return Point(radius * math.sin(angle), radius * math.cos(angle))


def in_china(point: Point) -> bool:
    """Whether it is within the box in which Chinese maps are shifted."""
    return 0.8293 <= point.lat <= 55.8271 and 72.004 <= point.lon <= 137.8347


def _shift_north(x: float, y: float) -> float:
    """Metres by which GCJ-02 is north of WGS-84, `x` and `y` degrees from 105 E, 35 N."""
    plain = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    return (
        plain
        + _waves(x, (20.0, 6.0), (20.0, 2.0))
        + _waves(y, (20.0, 1.0), (40.0, 1 / 3))
        + _waves(y, (160.0, 1 / 12), (320.0, 1 / 30))
    )


def _shift_east(x: float, y: float) -> float:
    """Metres by which GCJ-02 is east of WGS-84."""
    plain = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    return (
        plain
        + _waves(x, (20.0, 6.0), (20.0, 2.0))
        + _waves(x, (20.0, 1.0), (40.0, 1 / 3))
        + _waves(x, (150.0, 1 / 12), (300.0, 1 / 30))
    )


def _waves(at: float, *waves: tuple[float, float]) -> float:
    """Two thirds of a sum of sines, each an amplitude in metres and half its turns per degree."""
    return 2 / 3 * sum(size * math.sin(at * turns * math.pi) for size, turns in waves)
