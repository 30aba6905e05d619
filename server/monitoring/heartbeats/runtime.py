"""Runs the server's own heartbeat in the process that holds the sockets."""

import time
from typing import Final, cast

import gevent
from flask import Flask

from server.foundation.core import Core
from server.foundation.runtime.lasting_failures import Trouble
from server.inventory.district.queries import alert_rules
from server.monitoring.heartbeats import retention as keeping
from server.monitoring.heartbeats.collector import HeartbeatCollector
from server.monitoring.heartbeats.server_heartbeat import BEAT_S
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot

KEY: Final = "anping.watch"
POLL_INTERVAL_S: Final = 1.0
COMPLETE_AFTER_S: Final = 45.0
"""Seconds after workers reconnect within which each screen has sent a heartbeat to one of them."""


def init_uptime(app: Flask) -> None:
    """Attach the collector, which writes nothing before `start`."""
    watch = app.extensions[KEY] = HeartbeatCollector()
    playback_of(app).committer.accompany(watch)


def watch_of(app: Flask) -> HeartbeatCollector:
    """The collector of an app."""
    return cast("HeartbeatCollector", app.extensions[KEY])


def start(app: Flask) -> None:
    """Start the server's heartbeat, until the process ends."""
    core = cast("Core", app.extensions["anping"])
    gevent.spawn(_run, ServerHeartbeat(core, watch_of(app)))
    gevent.spawn(_keep, core, playback_of(app))


def stop(app: Flask) -> None:
    """Send a last heartbeat, so that all contacts are written before the end."""
    core = cast("Core", app.extensions["anping"])
    if core.lead.is_mine:
        watch_of(app).tick(core.clock.now_ms(), time.monotonic())
    else:
        watch_of(app).follow()


class ServerHeartbeat:
    """Beats every ten seconds, and publishes durable events."""

    def __init__(self, core: Core, watch: HeartbeatCollector) -> None:
        self._core = core
        self._watch = watch
        self._leads = False
        self._next_s = 0.0

    def poll(self) -> None:
        """Beat if it is due, publish events, and reload the thresholds.

        Raises Busy before the first heartbeat if the store is unavailable.
        """
        now_s = time.monotonic()
        if self._core.lead.is_mine and not self._leads:
            with snapshot(self._core.plays) as tx:
                self._watch.resume(tx)
            self._next_s = now_s
        self._leads = self._core.lead.is_mine
        is_due = now_s >= self._next_s
        if is_due:
            self._next_s = now_s + BEAT_S
            self._beat(now_s)
        for notice in self._watch.take_notices():
            self._core.events.publish(notice)
        if is_due:  # last, as neither heartbeats nor events may wait for the configuration
            with self._core.config.read() as session:
                self._watch.judge_by(alert_rules(session))

    def _beat(self, now_s: float) -> None:
        if not self._leads:
            self._watch.follow()
            return
        relay = self._core.relay
        receives_all = relay is None or relay.whole_for_s >= COMPLETE_AFTER_S
        self._watch.tick(self._core.clock.now_ms(), now_s, receives_all=receives_all)


def _run(heart: ServerHeartbeat) -> None:
    trouble = Trouble("server_heartbeat_failed", "server_heartbeat_recovered")
    while True:
        with trouble:
            heart.poll()
        gevent.sleep(POLL_INTERVAL_S)


def _keep(core: Core, parts: PlaylogRuntime) -> None:
    trouble = Trouble("contact_retention_failed", "contact_retention_recovered")
    gevent.sleep(keeping.FIRST_AFTER_S)
    while True:
        with trouble:
            if core.lead.is_mine:
                keeping.forget(core, parts, gevent.sleep)
        gevent.sleep(keeping.EVERY_S)
