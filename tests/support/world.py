"""A private app with its own folder, migrated databases and a clock set by hand."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient

from server.app import create_app
from server.config import Settings, read_settings
from server.core import Core
from server.db.migrate import upgrade
from tests.support.clock import HandClock


@dataclass(frozen=True)
class World:
    """One server in a test."""

    app: APIFlask
    clock: HandClock

    @property
    def core(self) -> Core:
        """The parts behind the app."""
        core: Core = self.app.extensions["anping"]
        return core

    def visitor(self) -> FlaskClient:
        """A browser without an account."""
        return self.app.test_client()


def make_world(folder: Path, **settings: Any) -> World:
    """A fresh server in `folder`; keyword arguments are settings."""
    clock = HandClock()
    app = create_app(make_settings(folder, **settings), clock)
    core: Core = app.extensions["anping"]
    upgrade(core.config, "config")
    upgrade(core.plays, "plays")
    return World(app, clock)


def make_settings(folder: Path, **settings: Any) -> Settings:
    """Settings that touch nothing outside the folder."""
    return read_settings(data=folder / "data", **settings)
