"""Wires the figures to an app; `/metrics` (server/health.py) prints them."""

import time
from collections.abc import Sequence
from typing import cast

import gevent
from flask import Flask, Response, g
from prometheus_client import CollectorRegistry

from server.core import Core
from server.health import METRICS, Collects, registry
from server.metrics.counting import Counts, watch_the_loop
from server.metrics.figures import Figures
from server.playback.notices import PlaysTaken
from server.reading.asking import reading_of
from server.realtime.live import Live

KEY = "anping.counts"


def init_metrics(app: Flask, version: str) -> None:
    """Count what happens in the app, and have the rest looked up when somebody asks."""
    core, live = cast("Core", app.extensions["anping"]), cast("Live", app.extensions["anping.live"])
    counts = app.extensions[KEY] = Counts()
    figures = Figures(core, live, counts.delay, version, lambda: reading_of(app))
    counts.registry.register(figures)
    app.extensions[METRICS] = _printed(core, (registry, counts.registry))

    def ended(response: Response) -> Response:
        now_s = time.perf_counter()
        # What is refused before the frame noted the beginning took no time to speak of.
        counts.answered(response.status_code, now_s - g.get("began", now_s))
        return response

    app.after_request(ended)
    core.events.listen(PlaysTaken, lambda _notice: counts.batches.inc())


def _printed(core: Core, registries: Sequence[CollectorRegistry]) -> Sequence[Collects]:
    if core.relay is None:
        return registries
    from server.metrics.together import Together

    return (Together(core.relay, registries),)


def start_metrics(app: Flask) -> None:
    """Watch how late the loop is, until the process ends."""
    counts: Counts = app.extensions[KEY]
    gevent.spawn(watch_the_loop, counts.delay)
