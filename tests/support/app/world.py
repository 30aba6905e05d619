"""A private app with its own folder, migrated databases and a clock set by hand."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient

from server.app import create_app
from server.foundation.config import PREFIX, Settings, read_settings
from server.foundation.core import Core
from server.foundation.db.migrate import upgrade
from server.playlog.ingest.flask_extension import stop_playback
from tests.support.app.cleanup import at_end
from tests.support.app.clock import HandClock
from tests.support.app.databases import fresh_urls
from tests.support.speed.template_cache import CompiledTemplates


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

    @property
    def environment(self) -> dict[str, str]:
        """The settings by which another process works on the same data."""
        settings = self.core.settings
        found = {"ANPING_DATA": str(settings.data)}
        if settings.database_url is not None:
            found["ANPING_DATABASE_URL"] = settings.database_url
        if settings.admin_password is not None:
            found["ANPING_ADMIN_PASSWORD"] = settings.admin_password.get_secret_value()
        if settings.require_totp:
            found["ANPING_REQUIRE_TOTP"] = "true"
        if settings.storage_url is not None:
            found["ANPING_STORAGE_URL"] = settings.storage_url
        if settings.trusted_proxies:
            found["ANPING_TRUSTED_PROXIES"] = str(settings.trusted_proxies)
        return found

    def close(self) -> None:
        """Give back all connections."""
        stop_playback(self.app)
        self.core.config.engine.dispose()
        self.core.plays.engine.dispose()

    def visitor(self) -> FlaskClient:
        """A browser without an account."""
        return self.app.test_client()


def make_world(folder: Path, **settings: Any) -> World:
    """A fresh server in `folder`, or the one that is there already, started again.

    Keyword arguments are settings.
    """
    clock = HandClock()
    fresh = "database_url" not in settings and not (folder / "data").exists()
    if "database_url" not in settings:
        settings |= fresh_urls(folder / "data")
    app = create_app(make_settings(folder, **settings), clock)
    app.jinja_env.bytecode_cache = CompiledTemplates(app.jinja_env.bytecode_cache)
    core: Core = app.extensions["anping"]
    if not fresh:
        upgrade(core.config, "config")
        upgrade(core.plays, "plays")
    made = World(app, clock)
    at_end(made.close)
    return made


def make_settings(folder: Path, **settings: Any) -> Settings:
    """Settings that touch nothing outside the folder."""
    data = folder / "data"
    if settings:
        return read_settings(data=data, **settings)
    variables = frozenset(named for named in os.environ.items() if named[0].startswith(PREFIX))
    return _usual_settings(variables).model_copy(update={"data": data})


@cache
def _usual_settings(_variables: frozenset[tuple[str, str]]) -> Settings:
    """To read them takes a sixth of making a server; they are the same while the environment is."""
    return read_settings()
