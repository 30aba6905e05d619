"""Runs the server's own beat in the process that holds the sockets."""

import time
from typing import Final, cast

import gevent
import structlog
from flask import Flask

from server.core import Core
from server.district.queries import alert_rules
from server.playback.extension import playback_of
from server.playback.parts import Playback
from server.playback.reading import snapshot
from server.uptime import keeping
from server.uptime.own_beat import BEAT_S
from server.uptime.watch import Watch

log = structlog.get_logger(__name__)

KEY: Final = "anping.watch"
TELL_EVERY_S: Final = 1.0


def init_uptime(app: Flask) -> None:
    """Give the app its watch, which writes nothing before `start`."""
    watch = app.extensions[KEY] = Watch()
    playback_of(app).committer.accompany(watch)


def watch_of(app: Flask) -> Watch:
    """The watch of an app."""
    return cast("Watch", app.extensions[KEY])


def start(app: Flask) -> None:
    """Begin to beat, until the process ends."""
    core = cast("Core", app.extensions["anping"])
    gevent.spawn(_run, Heart(core, watch_of(app)))
    gevent.spawn(_keep, core, playback_of(app))


def stop(app: Flask) -> None:
    """A last beat, so that what was heard is written before the end."""
    core = cast("Core", app.extensions["anping"])
    watch_of(app).tick(core.clock.now_ms(), time.monotonic())


class Heart:
    """Beats every ten seconds, and tells what has become durable."""

    def __init__(self, core: Core, watch: Watch) -> None:
        self._core = core
        self._watch = watch
        self._is_begun = False
        self._next_s = 0.0

    def look(self) -> None:
        """Beat if it is time, tell, and read the thresholds that hold from then on.

        Raises Busy before the first beat if the store is away.
        """
        now_s = time.monotonic()
        if not self._is_begun:
            with snapshot(self._core.plays) as tx:
                self._watch.resume(tx)
            self._is_begun = True
        is_due = now_s >= self._next_s
        if is_due:
            self._next_s = now_s + BEAT_S
            self._watch.tick(self._core.clock.now_ms(), now_s)
        for notice in self._watch.take_notices():
            self._core.events.publish(notice)
        if is_due:  # last, as neither beats nor notices wait for the configuration
            with self._core.config.read() as session:
                self._watch.judge_by(alert_rules(session))


def _run(heart: Heart) -> None:
    failing = False
    while True:
        try:
            heart.look()
        except Exception as error:  # the outermost loop: the next beat must come
            if not failing:
                log.error("the server's own beat fails for now", exc_info=error)
            failing = True
        else:
            failing = False
        gevent.sleep(TELL_EVERY_S)


def _keep(core: Core, parts: Playback) -> None:
    gevent.sleep(keeping.FIRST_AFTER_S)
    while True:
        try:
            keeping.forget(core, parts, gevent.sleep)
        except Exception as error:  # the outermost loop: there is another day
            log.error("old contacts can't be deleted for now", exc_info=error)
        gevent.sleep(keeping.EVERY_S)
