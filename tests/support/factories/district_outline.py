"""An outline of a district and some streets, as an office would put them on its map."""

import json
from pathlib import Path


def draw_outline(folder: Path, centre: tuple[float, float], scale: float = 1) -> None:
    """Into `folder`, around a point (latitude, longitude); at a scale of 1 some 30 km wide."""

    def placed(line: list[tuple[float, float]]) -> list[list[float]]:
        lat, lon = centre
        return [[round(lon + scale * x, 6), round(lat + scale * y, 6)] for x, y in line]

    outline = [
        *((-0.155, -0.06), (-0.12, 0.085), (-0.02, 0.115), (0.09, 0.1), (0.16, 0.04)),
        *((0.15, -0.07), (0.06, -0.115), (-0.06, -0.11), (-0.155, -0.06)),
    ]
    streets = [
        [(-0.15, -0.02), (-0.03, 0.0), (0.15, 0.02)],
        [(0.02, -0.11), (0.0, 0.0), (-0.02, 0.11)],
        [(-0.1, -0.08), (0.08, 0.09)],
    ]
    features = [_feature("本区", "Polygon", [placed(outline)])]
    features += [_feature("街道", "LineString", placed(line)) for line in streets]
    folder.mkdir(parents=True, exist_ok=True)
    document = {"type": "FeatureCollection", "features": features}
    (folder / "district.geojson").write_text(json.dumps(document), encoding="utf-8")


def _feature(name: str, kind: str, coordinates: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": kind, "coordinates": coordinates},
    }
