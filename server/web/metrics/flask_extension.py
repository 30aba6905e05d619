"""Wires the figures to an app; `/metrics` (server/web/health.py) prints them."""

import time
from collections.abc import Sequence
from functools import partial
from typing import cast

import gevent
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry

from server.foundation.core import Core
from server.foundation.runtime.process_figures import registry
from server.gateway.connection.state import Live
from server.playlog.model.events import PlaysTaken
from server.web.health import METRICS, Collects
from server.web.metrics.collectors import Figures
from server.web.metrics.counters import Counts, watch_the_loop
from server.web.metrics.own_worker import OwnFigures
from server.web.metrics.routes import NO_ROUTE
from server.web.reading_process.client import reading_of

KEY = "anping.counts"


def init_metrics(app: Flask, version: str) -> None:
    """Count requests of the app, and register the collectors."""
    core, live = cast("Core", app.extensions["anping"]), cast("Live", app.extensions["anping.live"])
    counts = app.extensions[KEY] = Counts()
    reading = partial(reading_of, app)
    counts.registry.register(OwnFigures(core, live, counts.delay, reading))
    everybodys = Figures(core, live, version, reading)
    app.extensions[METRICS] = (everybodys, *_own(core, (registry, counts.registry)))

    def ended(response: Response) -> Response:
        now_s = time.perf_counter()
        # Requests refused before the frame noted their start took practically no time.
        seconds = now_s - g.get("began", now_s)
        route = request.url_rule.rule if request.url_rule is not None else NO_ROUTE
        counts.answered(route, request.method, response.status_code, seconds)
        return response

    app.after_request(ended)
    core.events.listen(PlaysTaken, counts.took)


def _own(core: Core, registries: Sequence[CollectorRegistry]) -> Sequence[Collects]:
    """Each worker's own counters, together with the others'."""
    if core.relay is None:
        return registries
    from server.web.metrics.all_workers import AllWorkersCollector

    return (AllWorkersCollector(core.relay, registries),)


def start_metrics(app: Flask) -> None:
    """Watch how late the loop is, until the process ends."""
    counts: Counts = app.extensions[KEY]
    gevent.spawn(watch_the_loop, counts.delay)
