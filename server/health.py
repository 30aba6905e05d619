"""Health says yes or no and nothing else; `/metrics` is for Prometheus."""

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.accounts.guards import actor, open_to_all
from server.errors import Busy
from server.extensions import core

health = Blueprint("health", __name__)
registry = CollectorRegistry()


@health.get("/healthz")
@open_to_all
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
@open_to_all
def readyz() -> Response:
    """Both databases answer."""
    try:
        for database in (core().config, core().plays):
            with database.read() as session:
                session.execute(text("SELECT 1"))
    except (SQLAlchemyError, Busy):
        return Response("not ready\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


@health.get("/metrics")
@open_to_all
def metrics() -> Response:
    """Figures for Prometheus: for a direct loopback peer, else for people with an account."""
    direct = (
        request.remote_addr in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers
    )
    if not direct:
        actor()
    return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")
