"""A crowd behind the production web server, its living players giving signs of life meanwhile."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.support.crowd import CENTRE, Crowd, make_crowd, token_of
from tests.support.district.places import District
from tests.support.district.served import serving_district
from tests.support.district.story import NOW_MS, found
from tests.support.players import beat
from tests.support.worker import WebWorker

EVERY_S = 20.0


def found_crowd(folder: Path, screens: int, *, days: int = 0) -> tuple[District, Crowd]:
    """The officers of the story, with a crowd in place of its few screens, and a drawn outline."""
    here = found(folder)
    here.world.clock.at_ms = NOW_MS
    crowd = make_crowd(here.world, screens, days=days)
    draw_outline(here.world.core.settings.data / "map")
    return here, crowd


def draw_outline(folder: Path) -> None:
    """An outline of the district, a river and some streets, as an office would put them there."""
    lat, lon = CENTRE
    outline = [
        *((-0.155, -0.06), (-0.12, 0.085), (-0.02, 0.115), (0.09, 0.1), (0.16, 0.04)),
        *((0.15, -0.07), (0.06, -0.115), (-0.06, -0.11), (-0.155, -0.06)),
    ]
    streets = [
        [(-0.15, -0.02), (-0.03, 0.0), (0.15, 0.02)],
        [(0.02, -0.11), (0.0, 0.0), (-0.02, 0.11)],
        [(-0.1, -0.08), (0.08, 0.09)],
    ]
    features = [_feature("本区", "Polygon", [_placed(outline, lat, lon)])]
    features += [_feature("街道", "LineString", _placed(line, lat, lon)) for line in streets]
    folder.mkdir(parents=True, exist_ok=True)
    document = {"type": "FeatureCollection", "features": features}
    (folder / "district.geojson").write_text(json.dumps(document), encoding="utf-8")


@contextmanager
def serving_crowd(here: District, crowd: Crowd) -> Iterator[WebWorker]:
    """On a free port; its world is closed first, as the server is another process."""
    with serving_district(here) as site:
        over = threading.Event()
        _beat_once(crowd, site.base)
        beats = threading.Thread(target=_beat, args=(crowd, site.base, over), daemon=True)
        beats.start()
        try:
            yield site
        finally:
            over.set()
            beats.join(10)


def _beat(crowd: Crowd, base: str, over: threading.Event) -> None:
    while not over.wait(EVERY_S):
        try:
            _beat_once(crowd, base)
        except requests.RequestException:
            return


def _beat_once(crowd: Crowd, base: str) -> None:
    with requests.Session() as session:
        for number in crowd.alive():
            session.post(
                f"{base}/api/v1/player/beat",
                json=beat(),
                headers={"Authorization": f"Bearer {token_of(number)}"},
                timeout=10,
            )


def _feature(name: str, kind: str, coordinates: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def _placed(line: list[tuple[float, float]], lat: float, lon: float) -> list[list[float]]:
    return [[round(lon + x, 6), round(lat + y, 6)] for x, y in line]
