"""Areas and lines of GeoJSON files (RFC 7946) in the data folder, within bounds. No web.

A problem with a file is reported in a sentence that names it; the other files are drawn all the
same. A file whose name ends in `.gcj02.geojson` or `.bd09.geojson` is in that system.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, cast

import orjson

from server.foundation.i18n import Sentence
from server.inventory.venues.fields.coordinates import Coord, Point, to_wgs84

MOST_FILES: Final = 20
LARGEST_BYTES: Final = 8 * 1024 * 1024
MOST_POINTS: Final = 60_000
"""Over all files: more than any district's outline and streets need, drawn in a moment."""
DECIMALS: Final = 6
LONGEST_NAME: Final = 60

TOO_MANY: Final = Sentence("{}：最多读取 20 个文件，此文件未读。", "{}: at most 20 files are read.")
TOO_LARGE: Final = Sentence("{}：超过 8 MB，请先简化。", "{}: over 8 MB, simplify it first.")
TOO_DETAILED: Final = Sentence(
    "{}：所有文件合计超过 6 万个点，请先简化；此文件未画。",
    "{}: over 60,000 points in all files, simplify them first; this one isn't drawn.",
)
NOT_GEOJSON: Final = Sentence("{}：不是 GeoJSON 文件。", "{}: isn't GeoJSON.")
NOTHING: Final = Sentence("{}：没有面或线可画。", "{}: has no areas or lines to draw.")
WRONG_PLACE: Final = Sentence(
    "{}：坐标应为 [经度, 纬度]，单位是度。",
    "{}: write coordinates as [longitude, latitude], in degrees.",
)
UNREADABLE: Final = Sentence("{}：读不出来，请检查权限。", "{}: can't be read.")

Parts = list[list[float]]
"""Lines, each longitude and latitude by turns."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An area (its parts are closed) or lines."""

    kind: Literal["area", "line"]
    name: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class Shapes:
    """The drawable shapes, and the problems as sentences."""

    shapes: tuple[Shape, ...] = ()
    problems: tuple[Sentence, ...] = ()


class _Unusable(Exception):
    """A problem of a file; the sentence lacks its name."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass
class _Room:
    """The number of points still allowed."""

    left: int

    def take(self, points: int) -> None:
        self.left -= points
        if self.left < 0:
            raise _Unusable(TOO_DETAILED)


def read_shapes(folder: Path) -> Shapes:
    """The shapes of all files of a folder by name; reloaded only when a file has changed."""
    try:
        files = sorted(path for path in folder.glob("*.geojson") if path.is_file())
        stamps = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    except OSError:
        return Shapes(problems=(UNREADABLE.filled("map/"),))
    return _read(stamps)


@lru_cache(maxsize=1)
def _read(stamps: tuple[tuple[Path, int, int], ...]) -> Shapes:
    shapes: list[Shape] = []
    problems: list[Sentence] = []
    left = MOST_POINTS
    for place, (path, _, size) in enumerate(stamps):
        try:
            if place >= MOST_FILES:
                raise _Unusable(TOO_MANY)
            if size > LARGEST_BYTES:
                raise _Unusable(TOO_LARGE)
            room = _Room(left)
            shapes += _of_file(path, room)
            left = room.left
        except _Unusable as error:
            problems.append(error.sentence.filled(path.name))
    return Shapes(tuple(shapes), tuple(problems))


def _of_file(path: Path, room: _Room) -> list[Shape]:
    try:
        document = orjson.loads(path.read_bytes())
    except OSError as error:
        raise _Unusable(UNREADABLE) from error
    except (ValueError, RecursionError) as error:
        raise _Unusable(NOT_GEOJSON) from error
    coord = _coord_of(path.name)
    found = [
        shape
        for name, geometry in _geometries(document, 0)
        if (shape := _shape(name, geometry, coord, room)) is not None
    ]
    if not found:
        raise _Unusable(NOTHING)
    return found


def _geometries(document: Any, depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names and geometries; collections may hold features, and geometries of their own."""
    if not isinstance(document, dict) or depth > 3:
        raise _Unusable(NOT_GEOJSON)
    kind = document.get("type")
    if kind == "FeatureCollection":
        for feature in _listed(document.get("features")):
            yield from _geometries(feature, depth + 1)
    elif kind == "Feature":
        if document.get("geometry") is not None:
            name = _name_of(document.get("properties"))
            for _, geometry in _geometries(document["geometry"], depth + 1):
                yield name, geometry
    elif kind == "GeometryCollection":
        for geometry in _listed(document.get("geometries")):
            yield from _geometries(geometry, depth + 1)
    elif isinstance(kind, str) and "coordinates" in document:
        yield "", document
    else:
        raise _Unusable(NOT_GEOJSON)


def _shape(name: str, geometry: dict[str, Any], coord: Coord, room: _Room) -> Shape | None:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        return Shape("line", name, [_line(coordinates, coord, room)])
    if kind == "MultiLineString":
        return Shape("line", name, [_line(one, coord, room) for one in _listed(coordinates)])
    if kind == "Polygon":
        return Shape("area", name, [_line(one, coord, room) for one in _listed(coordinates)])
    if kind == "MultiPolygon":
        rings = [ring for polygon in _listed(coordinates) for ring in _listed(polygon)]
        return Shape("area", name, [_line(one, coord, room) for one in rings])
    return None


def _line(coordinates: Any, coord: Coord, room: _Room) -> list[float]:
    points = _listed(coordinates)
    room.take(len(points))
    found: list[float] = []
    for point in points:
        lon, lat = _point(point)
        place = to_wgs84(Point(lat, lon), coord)
        found += (round(place.lon, DECIMALS), round(place.lat, DECIMALS))
    return found


def _point(point: Any) -> tuple[float, float]:
    pair = _listed(point)[:2]
    if len(pair) < 2 or not all(_is_number(one) for one in pair):
        raise _Unusable(WRONG_PLACE)
    lon, lat = cast("tuple[float, float]", tuple(pair))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise _Unusable(WRONG_PLACE)
    return lon, lat


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _Unusable(NOT_GEOJSON)
    return value


def _name_of(properties: Any) -> str:
    name = properties.get("name") if isinstance(properties, dict) else None
    return name[:LONGEST_NAME] if isinstance(name, str) else ""


def _coord_of(name: str) -> Coord:
    shifted: tuple[Coord, ...] = ("gcj02", "bd09")
    return next((one for one in shifted if name.endswith(f".{one}.geojson")), "wgs84")
