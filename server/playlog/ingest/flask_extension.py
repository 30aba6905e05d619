"""The playlog parts of the running app."""

from typing import cast

from flask import Flask, current_app

from server.foundation.core import Core
from server.playlog.ingest.runtime import CatchUp, PlaylogRuntime, make_playback
from server.playlog.ingest.wsgi_lane import Lane, PlaysLane

KEY = "anping.playback"
LANE = "anping.plays-lane"


def init_playback(app: Flask, core: Core, elsewhere: CatchUp | None = None) -> None:
    """Attach the committer and the WSGI lane; group commit begins with `start_playback`."""
    parts = app.extensions[KEY] = make_playback(core, elsewhere)
    lane = app.extensions[LANE] = Lane(core, parts)
    app.wsgi_app = PlaysLane(app.wsgi_app, lane)  # type: ignore[method-assign, assignment] # Flask's own way to wrap an application


def start_playback(app: Flask) -> None:
    """Start group commit, in a process that serves many requests at once."""
    playback_of(app).committer.start()


def stop_playback(app: Flask) -> None:
    """Commit all queued work and stop the committer."""
    playback_of(app).committer.stop()


def playback_of(app: Flask) -> PlaylogRuntime:
    """The parts of an app."""
    return cast("PlaylogRuntime", app.extensions[KEY])


def lane_of(app: Flask) -> Lane:
    """The WSGI lane of an app, for a web worker that calls it directly."""
    return cast("Lane", app.extensions[LANE])


def playback() -> PlaylogRuntime:
    """The parts of the app that serves this request."""
    return cast("PlaylogRuntime", current_app.extensions[KEY])
