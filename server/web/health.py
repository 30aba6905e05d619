"""`/healthz` answers yes or no and nothing else; `/metrics` is for Prometheus."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from flask import Blueprint, Response, current_app, request
from gevent import Timeout, monkey
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector

from server.accounts.guards import actor, open_to_all
from server.foundation.rest.flask_extensions import core
from server.foundation.runtime.blocking import run_blocking
from server.foundation.runtime.yielding import yield_to_loop

health = Blueprint("health", __name__)
Collects = CollectorRegistry | Collector
METRICS: Final = "anping.metrics"
"""The key of the app's registries, printed one after the other."""
READING: Final = "anping.reading"
"""The key of the app's check of the reading process, if there is one."""
SOON_S: Final = 3.0
MANY: Final = 200
"""Samples of a family that are printed by a thread: about 2 ms."""


@health.get("/healthz")
@open_to_all
def healthz() -> Response:
    """The process answers; whether those who read are answered is no matter of its life."""
    away = getattr(current_app.extensions.get(READING), "is_away", False)
    return Response("ok, reports are away\n" if away else "ok\n", mimetype="text/plain")


@health.get("/readyz")
@open_to_all
def readyz() -> Response:
    """Both databases answer, and soon: one that is stuck is none that serves."""
    with Timeout(SOON_S if monkey.is_module_patched("socket") else None, False):
        if core().config.answers() and core().plays.answers():
            return Response("ok\n", mimetype="text/plain")
    return Response("not ready\n", 503, mimetype="text/plain")


@health.get("/metrics")
@open_to_all
def metrics() -> Response:
    """Figures for Prometheus: for a direct loopback peer, else for people with an account."""
    direct = (
        request.remote_addr in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers
    )
    if not direct:
        actor()
    collectors: Sequence[Collects] = current_app.extensions[METRICS]
    printed = b"".join(text for one in collectors for text in _printed(one))
    return Response(printed, mimetype="text/plain; version=0.0.4")


def _printed(collector: Collects) -> Iterator[bytes]:
    """Family by family, the large ones aside: hundreds of routes take 30 ms, and the loop is asked
    for meanwhile.
    """
    for family in collector.collect():
        text = partial(generate_latest, _Alone(family))
        yield run_blocking(text) if len(family.samples) > MANY else text()
        yield_to_loop()


class _Alone(Collector):
    """One family."""

    def __init__(self, family: Metric) -> None:
        self._family = family

    def collect(self) -> Iterator[Metric]:
        """The figures of Prometheus' client."""
        yield self._family
