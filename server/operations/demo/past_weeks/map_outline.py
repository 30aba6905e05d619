"""Outline, river and streets of the demo district, in the place of an office's own map."""

import json
from pathlib import Path
from typing import Any, Final

from server.operations.demo.layout import CENTRE

Points = list[tuple[float, float]]
"""Degrees north and east of the centre."""

OUTLINE: Final[Points] = [
    *((-0.06, -0.03), (-0.052, 0.035), (-0.012, 0.058), (0.04, 0.05), (0.062, 0.018)),
    *((0.058, -0.034), (0.02, -0.055), (-0.028, -0.05), (-0.06, -0.03)),
]
RIVER: Final[Points] = [
    (0.055, -0.036),
    (0.02, -0.014),
    (-0.004, 0.004),
    (-0.03, 0.03),
    (-0.05, 0.034),
]
STREETS: Final[dict[str, Points]] = {
    "解放路": [(-0.055, -0.01), (-0.01, -0.004), (0.055, 0.004)],
    "人民路": [(0.004, -0.053), (0.0, 0.0), (-0.006, 0.054)],
    "滨河大道": [(0.05, -0.028), (0.016, -0.008), (-0.026, 0.034)],
    "迎宾大道": [(-0.04, -0.04), (0.03, 0.046)],
}


def draw_map(folder: Path) -> None:
    """Write `district.geojson`; the map page loads it at its next opening."""
    features = [_feature("江湾区", "Polygon", [_placed(OUTLINE)])]
    features.append(_feature("柳河", "LineString", _placed(RIVER)))
    features += [_feature(name, "LineString", _placed(line)) for name, line in STREETS.items()]
    folder.mkdir(parents=True, exist_ok=True)
    document = {"type": "FeatureCollection", "features": features}
    (folder / "district.geojson").write_text(
        json.dumps(document, ensure_ascii=False), encoding="utf-8"
    )


def _placed(points: Points) -> list[list[float]]:
    """Longitude before latitude, as in GeoJSON."""
    lat, lon = CENTRE
    return [[round(lon + east, 6), round(lat + north, 6)] for north, east in points]


def _feature(name: str, kind: str, coordinates: list[Any]) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
