"""The namespace `/console`: notifies open pages that something they show has changed.

Messages only carry public ids or topic names; the page reloads with its user's rights. A socket
ends with the session that opened it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from flask import Flask, current_app, request
from flask_socketio import ConnectionRefusedError as RefusedConnection
from flask_socketio import Namespace, SocketIO
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.auth.one_time_secrets import hashed
from server.accounts.auth.request_identity import COOKIE
from server.accounts.auth.sessions import recognise_session
from server.foundation.core import Core
from server.foundation.errors import AnpingError
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.security_headers import same_origin
from server.gateway.page_hints.hints import Hints, Page, listener

NAMESPACE: Final = "/console"
KEY: Final = "anping.following"
HINTS: Final = "anping.hints"
MOST_FOLLOWED: Final = 20
LONGEST_NAME: Final = 40


@dataclass(frozen=True)
class Topic:
    """A kind of object that pages can follow, by public id.

    `find` raises NotFound or Forbidden without access; `mark` returns a value that changes with the
    object, None once it is gone. Both get a read session.
    """

    find: Callable[[Session, Actor, str], object]
    mark: Callable[[Session, str], Mapping[str, Any] | None]


@dataclass
class Following:
    """The followers of objects, and each object's last mark."""

    topics: dict[str, Topic] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    followers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    marks: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)

    def follow(self, core: Core, sid: str, text: object) -> bool:
        """Follow an object; returns whether the user may and is below the limit."""
        person = self.people.get(sid)
        if person is None or not isinstance(text, str) or len(text) > LONGEST_NAME:
            return False
        topic = self.topics.get(text.partition("_")[0])
        if topic is None or sum(sid in sids for sids in self.followers.values()) >= MOST_FOLLOWED:
            return False
        try:
            with core.config.read() as session:
                topic.find(session, person, text)
                self.marks.setdefault(text, topic.mark(session, text))
        except AnpingError:
            return False
        self.followers[text].add(sid)
        return True

    def leave(self, sid: str) -> None:
        """Remove a closed page."""
        self.people.pop(sid, None)
        for text in [one for one, sids in self.followers.items() if sid in sids]:
            self.followers[text].discard(sid)
            if not self.followers[text]:
                del self.followers[text]
                self.marks.pop(text, None)

    def changed(self, core: Core) -> list[tuple[str, list[str]]]:
        """Objects changed since the last call, each with its followers."""
        if not self.followers:
            return []
        found = []
        with core.config.read() as session:
            for text, sids in list(self.followers.items()):
                now = self.topics[text.partition("_")[0]].mark(session, text)
                if self.marks.get(text) != now:
                    self.marks[text] = now
                    found.append((text, list(sids)))
        return found


class ConsoleNamespace(Namespace):  # type: ignore[misc] # the library has no types
    """Handlers by the names of the events."""

    def on_connect(self, _auth: object = None) -> None:
        """Accept users who are signed in (session cookie) and come from our own origin."""
        secret = request.cookies.get(COOKIE)
        found = None if secret is None else recognise_session(core(), secret)
        if secret is None or found is None or found.must_enrol:
            raise _refused("unauthorized")
        if not same_origin(request.headers.get("Origin")):
            raise _refused("origin")
        page = Page(hashed(secret), listener(core(), found.actor))
        if not hints_of(current_app).open(_sid(), page):
            raise _refused("too_many")
        following_of(current_app).people[_sid()] = found.actor

    def on_disconnect(self, _reason: object = None) -> None:
        """Remove the page."""
        following_of(current_app).leave(_sid())
        hints_of(current_app).close(_sid())

    def on_follow(self, *sent: object) -> Mapping[str, bool]:
        """`{"of": "t_9"}`: notify this page whenever that object changes."""
        payload = sent[0] if sent and isinstance(sent[0], Mapping) else {}
        return {"ok": following_of(current_app).follow(core(), _sid(), payload.get("of"))}

    def on_watch(self, *sent: object) -> Mapping[str, list[str]]:
        """`{"topics": ["waiting"]}`: hint changes of these topics; returns the existing ones."""
        payload = sent[0] if sent and isinstance(sent[0], Mapping) else {}
        return {"topics": hints_of(current_app).watch(_sid(), payload.get("topics"))}


def give_hints(core: Core, socketio: SocketIO, app: Flask, now_s: float) -> None:
    """Close the sockets of ended sessions, and send hints to the others."""
    hints, following = hints_of(app), following_of(app)
    for sid in hints.over(core, now_s):
        hints.close(sid)
        following.leave(sid)
        socketio.start_background_task(socketio.server.disconnect, sid, namespace=NAMESPACE)
    if hints.checked_s == now_s:
        following.people |= {sid: page.listener.actor for sid, page in hints.pages.items()}
    hints.send_due(
        core,
        now_s,
        lambda event, payload, sids: socketio.server.emit(
            event, payload, to=sids, namespace=NAMESPACE
        ),
    )


def notify_changes(core: Core, socketio: SocketIO, following: Following) -> None:
    """Notify the followers of all objects changed since the last call."""
    for text, sids in following.changed(core):
        socketio.server.emit("changed", {"of": text}, to=sids, namespace=NAMESPACE)


def following_of(app: Flask) -> Following:
    """The followers in an app."""
    return cast("Following", app.extensions[KEY])


def hints_of(app: Flask) -> Hints:
    """The hints of an app."""
    return cast("Hints", app.extensions[HINTS])


def _refused(code: str) -> RefusedConnection:
    return RefusedConnection(code, {"code": code})


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined] # Flask-SocketIO adds sid to the request
