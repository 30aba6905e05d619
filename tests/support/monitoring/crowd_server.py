"""A crowd behind the production web server, its living players giving signs of life meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from tests.support.devices.socket_player import beat
from tests.support.district.inventory import District
from tests.support.district.served import serving_district
from tests.support.district.story import NOW_MS, found
from tests.support.factories.district_outline import draw_outline
from tests.support.monitoring.crowd import CENTRE, Crowd, make_crowd, token_of
from tests.support.processes.web_worker import WebWorker

EVERY_S = 20.0


def found_crowd(folder: Path, screens: int, *, days: int = 0) -> tuple[District, Crowd]:
    """The officers of the story, with a crowd in place of its few screens, and a drawn outline."""
    here = found(folder)
    here.world.clock.at_ms = NOW_MS
    crowd = make_crowd(here.world, screens, days=days)
    draw_outline(here.world.core.settings.data / "map", CENTRE)
    return here, crowd


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
        with suppress(requests.RequestException):
            _beat_once(crowd, base)


def _beat_once(crowd: Crowd, base: str) -> None:
    with requests.Session() as session:
        for number in crowd.alive():
            session.post(
                f"{base}/api/v1/player/beat",
                json=beat(),
                headers={"Authorization": f"Bearer {token_of(number)}"},
                timeout=10,
            )
