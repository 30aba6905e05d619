"""Members of namespaces and rooms, and sending to them: one frame for a whole room.

Replaces python-socketio's manager, which keeps a two-way table per client and scans all rooms at
each disconnect. A client's own room is its id and needs no table.
"""

import itertools
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import orjson
from socketio.manager import Manager

from server.foundation.websocket.backlog import EVENT
from server.foundation.websocket.fan_out import FanOut
from server.foundation.websocket.line import Line
from server.foundation.websocket.wire import frames
from server.foundation.websocket.wire.deflate import WORTH_IT, deflated

MOST_AWAITED: Final = 100
"""Pending acks per client; the oldest is given up first."""


class Ask(NamedTuple):
    """A request to one client (JSON), and the callback for its ack."""

    sid: str
    data: Any
    callback: Callable[..., Any]


class Members:
    """The clients of one namespace; `rooms` besides their own."""

    def __init__(self) -> None:
        self.connections: dict[str, str] = {}
        self.lines: dict[str, Line] = {}  # of clients of our layer
        self.sids: dict[str, str] = {}
        self.coming: set[str] = set()
        self.going: set[str] = set()
        self.rooms: dict[Any, dict[str, None]] = {}
        self.rooms_of: dict[str, set[Any]] = {}

    def within(self, room: Any) -> Collection[str]:
        """The ids in a room; None: of all clients."""
        if room is None:
            return self.connections
        if room in self.connections:
            return (room,)
        return self.rooms.get(room, ())

    def within_any(self, room: Any) -> Collection[str]:
        """The distinct ids in a room, or in several."""
        if room is None or isinstance(room, str) or not hasattr(room, "__len__"):
            return self.within(room)
        own = dict.fromkeys(room)
        if own.keys() <= self.connections.keys():
            return own
        return dict.fromkeys(sid for one in room for sid in self.within(one))

    def forget(self, sid: str) -> None:
        """Remove a client."""
        connection = self.connections.pop(sid, None)
        self.lines.pop(sid, None)
        if connection is not None:
            self.sids.pop(connection, None)
        self.coming.discard(sid)
        self.going.discard(sid)
        for room in self.rooms_of.pop(sid, ()):
            self.leave(sid, room)

    def enter(self, sid: str, room: Any) -> None:
        """Add a client to a room."""
        self.rooms.setdefault(room, {})[sid] = None
        self.rooms_of.setdefault(sid, set()).add(room)

    def leave(self, sid: str, room: Any) -> None:
        """Remove a client from a room."""
        members = self.rooms.get(room, {})
        members.pop(sid, None)
        if not members:
            self.rooms.pop(room, None)
        mine = self.rooms_of.get(sid, set())
        mine.discard(room)
        if not mine:
            self.rooms_of.pop(sid, None)


class Rooms(Manager):  # type: ignore[misc] # the library has no types
    """The manager interface of python-socketio's server.

    `lines`: connections by id. `newest`: events of which slow readers get only the newest.
    """

    def __init__(
        self, loop: Any, lines: Mapping[str, Any], newest: frozenset[str], fan_out: FanOut
    ) -> None:
        super().__init__()
        self._fan_out = fan_out
        self._loop = loop
        self._lines = lines
        self._newest = newest
        self._members: dict[str, Members] = {}
        self.rooms = self._members  # the library checks here whether a namespace has clients
        self._numbers = itertools.count(1)
        self._thread = threading.get_native_id()

    # Members.

    def get_namespaces(self) -> Iterable[str]:
        """The namespaces that have clients."""
        return list(self._members)

    def get_participants(self, namespace: str, room: Any) -> Iterable[tuple[str, str]]:
        """The distinct clients in a room, or in several, with their connections."""
        here = self._members.get(namespace)
        if here is None:
            return ()
        connections = here.connections
        return [(sid, connections[sid]) for sid in here.within_any(room) if sid in connections]

    def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        """A client requests to connect; None if it is connected already."""
        here = self._members.setdefault(namespace, Members())
        if eio_sid in here.sids:
            return None
        sid: str = self.server.eio.generate_id()
        here.connections[sid] = eio_sid
        here.sids[eio_sid] = sid
        line = self._lines.get(eio_sid)
        if type(line) is Line:
            here.lines[sid] = line
        here.coming.add(sid)
        return sid

    def connect(self, sid: str, namespace: str) -> str:
        """The connect is accepted."""
        here = self._members.get(namespace)
        if here is not None:
            here.coming.discard(sid)
        return sid

    def is_pre_connected(self, sid: str, namespace: str) -> bool:
        """Whether its connect is pending."""
        here = self._members.get(namespace)
        return here is not None and sid in here.coming

    def is_connected(self, sid: str | None, namespace: str) -> bool:
        """Whether it is connected, and not disconnecting."""
        here = self._members.get(namespace)
        if here is None or sid not in here.connections:
            return False
        return sid not in here.coming and sid not in here.going

    def sid_from_eio_sid(self, eio_sid: str, namespace: str) -> str | None:
        """A connection's id in a namespace."""
        here = self._members.get(namespace)
        return None if here is None else here.sids.get(eio_sid)

    def eio_sid_from_sid(self, sid: str, namespace: str) -> str | None:
        """The connection of a client."""
        here = self._members.get(namespace)
        return None if here is None else here.connections.get(sid)

    def entered(self, eio_sid: str, namespace: str) -> str | None:
        """The id of a connection in a namespace, unless it is disconnecting."""
        here = self._members.get(namespace)
        sid = None if here is None else here.sids.get(eio_sid)
        return sid if self.is_connected(sid, namespace) else None

    def has_entered(self, eio_sid: str) -> bool:
        """Whether a connection is in any namespace."""
        return any(eio_sid in here.sids for here in self._members.values())

    def pre_disconnect(self, sid: str, namespace: str) -> str | None:
        """A client is disconnecting."""
        self._members[namespace].going.add(sid)
        return self.eio_sid_from_sid(sid, namespace)

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        """Remove a disconnected client."""
        self.callbacks.pop(sid, None)
        here = self._members.get(namespace)
        if here is not None:
            here.forget(sid)
            if not here.connections:
                del self._members[namespace]

    # Rooms.

    def is_sid_room(self, namespace: str, room: Any) -> bool:
        """Whether a room is a client's own."""
        here = self._members.get(namespace)
        return here is not None and room in here.connections

    def basic_enter_room(
        self, sid: str, namespace: str, room: Any, eio_sid: str | None = None
    ) -> None:
        """Add a client to a room. Raises ValueError for another client's own room."""
        del eio_sid
        here = self._members.get(namespace)
        if here is None or sid not in here.connections:
            raise ValueError("sid is not connected to requested namespace")
        if room == sid:
            return
        if room in here.connections:
            raise ValueError("cannot enter a sid room")
        here.enter(sid, room)

    def basic_leave_room(self, sid: str, namespace: str, room: Any) -> None:
        """Remove a client from a room."""
        here = self._members.get(namespace)
        if here is not None:
            here.leave(sid, room)

    def get_rooms(self, sid: str, namespace: str) -> list[Any]:
        """The rooms of a client, its own first."""
        here = self._members.get(namespace)
        if here is None or sid not in here.connections:
            return []
        return [sid, *here.rooms_of.get(sid, ())]

    # Sending.

    def emit(  # noqa: PLR0913, PLR0917 - python-socketio's own arguments
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Callable[..., Any] | None = None,
        to: Any = None,
        **kwargs: Any,
    ) -> None:
        """Send an event to a room; a callback makes a frame for each client, with its number."""
        if threading.get_native_id() != self._thread:
            again = partial(self.emit, event, data, namespace, to or room, skip_sid, callback)
            self._loop.run_callback_threadsafe(again)
            return
        text = _text(event, data)
        lines, others = self._found(namespace, to or room, skip_sid)
        if text is None:
            others += lines
        elif callback:
            self._ask(event, namespace, text, lines, callback)
        else:
            self._broadcast(event, _head(namespace, b"") + text, list(lines.values()))
        if others:
            super().emit(event, data, namespace, room=others, callback=callback, **kwargs)

    def ask_each(self, event: str, namespace: str, asks: Sequence[Ask]) -> None:
        """Send individual requests to clients, all at once; absent ones are skipped.

        Equivalent to an `emit` with a callback for each, at a lower cost.
        """
        if threading.get_native_id() != self._thread:
            self._loop.run_callback_threadsafe(partial(self.ask_each, event, namespace, asks))
            return
        here = self._members.get(namespace)
        ours = {} if here is None else here.lines
        pairs: list[tuple[Line, bytes]] = []
        head, frame, dumps = _head(namespace, b""), frames.frame, orjson.dumps
        for sid, data, callback in asks:
            line = ours.get(sid)
            if line is None:
                self.emit(event, data, namespace, sid, callback=callback)
                continue
            number = self._generate_ack_id(sid, callback)
            text = b"%b%d%b" % (head, number, dumps([event, data]))
            pairs.append((line, frame(frames.TEXT, text)))
        self._fan_out.write_each(pairs, event if event in self._newest else EVENT)

    def _found(self, namespace: str, room: Any, skipped: Any) -> tuple[dict[str, Line], list[str]]:
        """The recipients: connections of our layer by id, and ids of others."""
        here = self._members.get(namespace)
        if here is None:
            return {}, []
        line = here.lines.get(room) if type(room) is str and skipped is None else None
        if line is not None:
            return {room: line}, []
        sids, ours = here.within_any(room), here.lines
        if sids is here.connections and skipped is None and len(sids) == len(ours):
            return ours, []
        out = skipped if isinstance(skipped, list) else [skipped]
        recipients = [sid for sid in sids if sid not in out]
        others = [sid for sid in recipients if sid not in ours]
        return {sid: ours[sid] for sid in recipients if sid in ours}, others

    def _broadcast(self, event: str, text: bytes, lines: Sequence[Line]) -> None:
        """One frame for all, and one compressed frame for those that accept it."""
        kind = event if event in self._newest else EVENT
        those = [line for line in lines if line.deflates] if len(text) >= WORTH_IT else []
        if those:
            small = frames.frame(frames.TEXT, deflated(text), compressed=True)
            self._fan_out.write(those, small, kind)
            lines = [line for line in lines if not line.deflates]
        if lines:
            self._fan_out.write(lines, frames.frame(frames.TEXT, text), kind)

    def _ask(
        self,
        event: str,
        namespace: str,
        text: bytes,
        lines: Mapping[str, Line],
        callback: Callable[..., Any],
    ) -> None:
        """A frame for each with its ack id, uncompressed."""
        kind = event if event in self._newest else EVENT
        for sid, line in lines.items():
            number = b"%d" % self._generate_ack_id(sid, callback)
            line.write(frames.frame(frames.TEXT, _head(namespace, number) + text), kind)

    def answered(self, eio_sid: str, namespace: str, number: int, args: Sequence[Any]) -> None:
        """Pass a client's ack to its callback; unknown ones are ignored."""
        here = self._members.get(namespace)
        awaited = None if here is None else self.callbacks.get(here.sids.get(eio_sid))
        callback = None if awaited is None else awaited.pop(number, None)
        if callback is not None:
            callback(*args)

    def answered_at_once(self, eio_sid: str, namespace: str, number: int, body: bytes) -> bool:
        """As `answered`, on the loop, with the ack's unparsed JSON.

        For callbacks with `at_once`, which doesn't block; False to use the normal path.
        """
        here = self._members.get(namespace)
        awaited = None if here is None else self.callbacks.get(here.sids.get(eio_sid))
        callback = None if awaited is None else awaited.get(number)
        at_once = getattr(callback, "at_once", None)
        if awaited is None or at_once is None or not at_once(body):
            return False
        awaited.pop(number, None)
        return True

    def _generate_ack_id(self, sid: str, callback: Callable[..., Any]) -> int:
        """A new ack id for a callback."""
        awaited = self.callbacks.setdefault(sid, {})
        if len(awaited) >= MOST_AWAITED:
            del awaited[next(iter(awaited))]
        number = next(self._numbers)
        awaited[number] = callback
        return number


def _head(namespace: str, number: bytes) -> bytes:
    before = b"" if namespace == "/" else namespace.encode() + b","
    return b"42" + before + number


def _text(event: str, data: Any) -> bytes | None:
    """The JSON of an event; None if it has values without a JSON form."""
    values = list(data) if isinstance(data, tuple) else [] if data is None else [data]
    try:
        return orjson.dumps([event, *values])
    except TypeError:
        return None
