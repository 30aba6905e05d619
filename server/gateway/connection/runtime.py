"""Wires the live parts to an app, and runs their background loops in a serving process."""

import time
from functools import partial
from typing import Any, cast

import gevent
import structlog
from flask import Flask
from flask_socketio import SocketIO
from gevent.pool import Pool
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.core import Core
from server.foundation.db.commit_watch import CommitWatch
from server.foundation.errors import AnpingError
from server.foundation.runtime.lasting_failures import Trouble, again_and_again
from server.foundation.runtime.yielding import yield_to_loop
from server.foundation.storage.reserve import urgent
from server.foundation.websocket import start as wire
from server.gateway.bulk.dispatcher import Sending, unfinished
from server.gateway.connection import fast_events
from server.gateway.connection.outbox_listener import listener
from server.gateway.connection.presence import Presence
from server.gateway.connection.push import Pump
from server.gateway.connection.socket_sender import NAMESPACE, Players
from server.gateway.connection.sockets import ScreenNamespace
from server.gateway.connection.state import Live
from server.gateway.page_hints import namespace as console
from server.gateway.page_hints.from_other_processes import Letters
from server.gateway.page_hints.hints import Hints
from server.gateway.page_hints.presence_changes import Pulse
from server.gateway.status.contacts import LiveContacts
from server.inventory.enrolment.screen_pace import screen_pace
from server.inventory.screens.contact import CONTACTS
from server.monitoring.fleet.current_status import NewestContacts
from server.monitoring.heartbeats.runtime import watch_of
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.model.events import PlaysTaken
from server.publishing.manifests.black_picture import keep_black

log = structlog.get_logger(__name__)

POLL_INTERVAL_S = 1.0
# Events within this time are handled together.
GATHER_S = 0.02
# Pause between transactions of receipts, which nobody waits for and thousands send at once.
REST_S = 0.25
SEND_EVERY_S = 0.5
NOTIFY_INTERVAL_S = 0.5
HINT_EVERY_S = 0.1
# Answers awaited at once, per bulk action.
ABREAST = 200


def init_realtime(app: Flask, socketio: SocketIO, presence: Presence | None = None) -> None:
    """Attach live state and namespaces to the app; nothing runs yet.

    `presence` is shared if several workers hold sockets.
    """
    core = cast("Core", app.extensions["anping"])
    live = Live(playback_of(app), screen_pace(app), watch_of(app), presence or _presence(core))
    live.playback.remember(NewestContacts, NewestContacts(partial(_contacts, live)))
    app.extensions["anping.live"] = live
    app.extensions[CONTACTS] = LiveContacts(live)
    app.extensions[console.KEY] = console.Following()
    app.extensions[console.HINTS] = Hints()
    _serve(socketio, ScreenNamespace(NAMESPACE))
    _serve(socketio, console.ConsoleNamespace(console.NAMESPACE))


def _contacts(live: Live) -> dict[int, int]:
    """By screen, when it was in contact last (s)."""
    return {screen: contact.at_ms // 1000 for screen, contact in live.presence.contacts()}


def _presence(core: Core) -> Presence:
    if core.relay is None:
        return Presence()
    from server.gateway.workers.shared_presence import SharedPresence

    return SharedPresence(core.relay)


def _serve(socketio: SocketIO, namespace: Any) -> None:
    """Register a namespace, once."""
    if not any(one.namespace == namespace.namespace for one in socketio.namespace_handlers):
        # on_namespace() would register it with the server of an earlier app, if there is one.
        namespace._set_socketio(socketio)
        socketio.namespace_handlers.append(namespace)


def drop(app: Flask, socketio: SocketIO, screen_id: int) -> None:
    """Close the sockets of a screen that was revoked, or bound to another player."""
    live: Live = app.extensions["anping.live"]
    players = Players(socketio)
    for sid in live.presence.forget(screen_id):
        players.close(sid)
    core = cast("Core", app.extensions["anping"])
    if core.relay is not None:
        core.relay.publish("drop", {"screen": screen_id})


def note_plays(app: Flask, notice: PlaysTaken) -> None:
    """A screen's plays were stored: hint pages with today's figures, and note its boot."""
    console.hints_of(app).changed("plays", "screen", (notice.screen_id,))
    core, presence = cast("Core", app.extensions["anping"]), app.extensions["anping.live"].presence
    if notice.until_ms is not None:
        presence.played(notice.screen_id, notice.boot, notice.until_ms, notice.unsure_ms)
    if core.relay is not None:
        presence.unsent.played.add(notice.screen_id)


def start(app: Flask, socketio: SocketIO) -> None:
    """Start pushing assignments, until `stop`."""
    core = cast("Core", app.extensions["anping"])
    keep_black(core)
    pump = Pump(core, app.extensions["anping.live"], Players(socketio))
    pump.begin()
    app.extensions["anping.pump"] = pump
    fast_events.take_briefly(core, app.extensions["anping.live"], socketio)
    gevent.spawn(_run, core, app.extensions["anping.live"], pump)
    gevent.spawn(_send_many, core, app.extensions["anping.live"], Players(socketio))
    gevent.spawn(_notify_pages, core, socketio, app)
    if core.relay is None:
        gevent.spawn(_take_letters, Letters(core.settings.data), console.hints_of(app))
    else:
        _tie(core, app, socketio)


def _tie(core: Core, app: Flask, socketio: SocketIO) -> None:
    """Connect this worker with the others by the relay."""
    from server.foundation.workers.leader_lock import Lead
    from server.gateway.workers.relay_events import CHECK_INTERVAL_S as RELAY_CHECK_S
    from server.gateway.workers.relay_events import SEND_INTERVAL_S as RELAY_SEND_S
    from server.gateway.workers.relay_events import RelayEvents
    from server.gateway.workers.shared_presence import SharedPresence

    live: Live = app.extensions["anping.live"]
    assert core.relay is not None  # noqa: S101 - asked by the caller
    presence = cast("SharedPresence", live.presence)
    events = RelayEvents(core, core.relay, live, presence, console.hints_of(app), Players(socketio))
    events.tie()
    core.relay.start()
    cast("Lead", core.lead).start()
    gevent.spawn_later(RELAY_SEND_S, again_and_again, events.send_news, RELAY_SEND_S, "relay_send")
    gevent.spawn_later(RELAY_CHECK_S, again_and_again, events.check, RELAY_CHECK_S, "relay_check")


def stop(app: Flask, socketio: SocketIO) -> None:
    """Announce the restart to players, and close all connections."""
    wire.before_restart(socketio)
    pump: Pump | None = app.extensions.get("anping.pump")
    if pump is not None:
        try:
            pump.announce_restart(gevent.sleep)
        except (AnpingError, SQLAlchemyError) as error:
            # Players report it again; the announcement must go out in any case.
            log.warning("pending_receipts_lost", error=str(error))
    wire.end_all(socketio, gevent.sleep)
    core = cast("Core", app.extensions["anping"])
    if core.relay is not None:
        core.relay.stop()


def _send_many(core: Core, live: Live, players: Players) -> None:
    """Start sending each bulk action's commands, in a greenlet of its own."""
    running: dict[int, gevent.Greenlet] = {}
    trouble = Trouble("bulk_dispatch_failed", "bulk_dispatch_recovered")
    commits = CommitWatch(core.config)
    while True:
        with trouble, commits.news() as is_news:
            asks = core.lead.is_mine and (is_news or running)
            for bulk_id in unfinished(core) if asks else ():
                if bulk_id not in running or running[bulk_id].dead:
                    sending = Sending(core, live, players, Pool(ABREAST), gevent.sleep)
                    running[bulk_id] = gevent.spawn(sending.run, bulk_id)
        running = {one: greenlet for one, greenlet in running.items() if not greenlet.dead}
        gevent.sleep(SEND_EVERY_S)


def _notify_pages(core: Core, socketio: SocketIO, app: Flask) -> None:
    """Send change hints to open pages, as long as there are any."""
    following, hints, pulse = console.following_of(app), console.hints_of(app), Pulse()
    live: Live = app.extensions["anping.live"]
    notified_s = 0.0
    trouble = Trouble("page_hints_failed", "page_hints_recovered")
    while True:
        gevent.sleep(HINT_EVERY_S if hints.pages else NOTIFY_INTERVAL_S)
        with trouble:
            if time.monotonic() - notified_s >= NOTIFY_INTERVAL_S:
                notified_s = time.monotonic()
                console.notify_changes(core, socketio, following)
            pulse.check(core, live, hints, time.monotonic())
            console.give_hints(core, socketio, app, time.monotonic())


def _take_letters(letters: Letters, hints: Hints) -> None:
    """Read the changes written by other processes."""
    while True:
        written = letters.next()
        if written is not None:
            hints.take(written)


def _run(core: Core, live: Live, pump: Pump) -> None:
    door, notebook = listener(core), live.notebook
    wrote_s = 0.0
    trouble = Trouble("assignment_push_failed", "assignment_push_recovered")
    while True:
        if door.wait(REST_S if notebook.waits else POLL_INTERVAL_S):
            gevent.sleep(GATHER_S)
            door.drain()
        writes = notebook.is_urgent or time.monotonic() - wrote_s >= REST_S
        # Takeovers begin and end even with a full disk.
        with trouble, urgent():
            pump.tick(yield_to_loop, writes=writes)
        wrote_s = time.monotonic() if writes else wrote_s
