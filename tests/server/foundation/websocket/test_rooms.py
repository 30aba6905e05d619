"""Our table of clients and rooms agrees with python-socketio's own in any sequence of events."""

import itertools
from typing import Any

import pytest
import socketio
from gevent import get_hub
from hypothesis import given
from hypothesis import strategies as st
from socketio.manager import Manager

from server.foundation.websocket.fan_out import FanOut
from server.foundation.websocket.rooms import MOST_AWAITED, Rooms

NAMESPACE = "/screen"
CLIENTS = range(4)
ROOMS = ("bank", "bus")

acts = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(CLIENTS)),
    st.tuples(st.just("let in"), st.sampled_from(CLIENTS)),
    st.tuples(st.just("going"), st.sampled_from(CLIENTS)),
    st.tuples(st.just("gone"), st.sampled_from(CLIENTS)),
    st.tuples(st.just("enter"), st.sampled_from(CLIENTS), st.sampled_from(ROOMS)),
    st.tuples(st.just("leave"), st.sampled_from(CLIENTS), st.sampled_from(ROOMS)),
    st.tuples(st.just("close"), st.sampled_from(ROOMS)),
)


class District:
    """Clients by number, in either kind of manager."""

    def __init__(self, manager: Any) -> None:
        self.manager = manager
        socketio.Server(async_mode="gevent", client_manager=manager)
        self.sids: dict[int, str] = {}

    def do(self, act: str, *values: Any) -> None:
        """Something that clients or the application do; not where it would be an error."""
        if act == "ask":
            sid = self.manager.pre_connect(f"eio-{values[0]}", NAMESPACE)
            if sid is not None:
                self.sids[values[0]] = sid
        elif act == "close":
            self.manager.close_room(values[0], NAMESPACE)
        elif values[0] in self.sids:
            self._do_to(act, values[0], self.sids[values[0]], *values[1:])

    def _do_to(self, act: str, client: int, sid: str, room: str = "") -> None:
        manager = self.manager
        if act == "let in" and manager.is_pre_connected(sid, NAMESPACE):
            # The server does it once; a second time is an old way to come in, by another id.
            manager.connect(sid, NAMESPACE)
        elif act == "going":
            manager.pre_disconnect(sid, NAMESPACE)
        elif act == "gone":
            manager.disconnect(sid, NAMESPACE)
            del self.sids[client]
        elif act == "enter":
            manager.enter_room(sid, NAMESPACE, room)
        elif act == "leave":
            manager.leave_room(sid, NAMESPACE, room)

    def seen(self) -> dict[str, Any]:
        """All that can be asked, with clients' numbers for their ids."""
        names = {sid: client for client, sid in self.sids.items()}
        manager = self.manager

        def within(room: Any) -> list[tuple[int, str]]:
            return sorted(
                (names[sid], eio) for sid, eio in manager.get_participants(NAMESPACE, room)
            )

        return {
            "namespaces": list(manager.get_namespaces()),
            "all": within(None),
            "rooms": {room: within(room) for room in ROOMS},
            "several": within(list(ROOMS)),
            "own": {client: within(sid) for client, sid in self.sids.items()},
            "in": {client: manager.is_connected(sid, NAMESPACE) for sid, client in names.items()},
            "of": {
                client: sorted(
                    str(names.get(room, room)) for room in manager.get_rooms(sid, NAMESPACE)
                )
                for client, sid in self.sids.items()
            },
            "eio": {
                client: manager.eio_sid_from_sid(sid, NAMESPACE)
                for client, sid in self.sids.items()
            },
            "back": {
                client: names.get(manager.sid_from_eio_sid(f"eio-{client}", NAMESPACE))
                for client in CLIENTS
            },
        }


def ours() -> Rooms:
    """Without any line: nothing is sent."""
    return Rooms(get_hub().loop, {}, frozenset(), FanOut(None))


@pytest.mark.slow
@given(st.lists(acts, max_size=40))
def test_it_answers_as_the_library_does(story: list[tuple[Any, ...]]) -> None:
    own, theirs = District(ours()), District(Manager())
    for act in story:
        own.do(*act)
        theirs.do(*act)
        assert own.seen() == theirs.seen()


def test_a_client_is_not_let_into_anothers_room() -> None:
    district = District(ours())
    for client in (1, 2):
        district.do("ask", client)

    with pytest.raises(ValueError, match="sid room"):
        district.manager.enter_room(district.sids[1], NAMESPACE, district.sids[2])
    with pytest.raises(ValueError, match="not connected"):
        district.manager.enter_room("nobody", NAMESPACE, "bank")


def test_an_answer_is_given_once_to_the_callback_that_waits_for_it() -> None:
    district, answers = District(ours()), list[Any]()
    district.do("ask", 1)
    sid = district.sids[1]
    number = district.manager._generate_ack_id(sid, lambda *args: answers.append(args))

    district.manager.trigger_callback(sid, number, ["yes"])
    district.manager.trigger_callback(sid, number, ["again"])
    district.manager.trigger_callback("nobody", number, ["who"])

    assert answers == [("yes",)]


def test_an_answer_by_the_connection_is_given_once_and_to_its_own_question() -> None:
    district, answers = District(ours()), list[Any]()
    for client in (1, 2):
        district.do("ask", client)
    manager, sid = district.manager, district.sids[1]
    number = manager._generate_ack_id(sid, lambda *args: answers.append(args))

    manager.answered("eio-2", NAMESPACE, number, ["not mine"])
    manager.answered("eio-1", "/nowhere", number, ["elsewhere"])
    manager.answered("eio-1", NAMESPACE, number + 1, ["to nothing"])
    manager.answered("eio-1", NAMESPACE, number, ["yes", 1])
    manager.answered("eio-1", NAMESPACE, number, ["again"])

    assert answers == [("yes", 1)]


def test_one_that_never_answers_is_waited_for_so_often_and_no_more() -> None:
    district = District(ours())
    district.do("ask", 1)
    for _ in range(10 * MOST_AWAITED):
        district.manager._generate_ack_id(district.sids[1], print)

    assert len(district.manager.callbacks[district.sids[1]]) == MOST_AWAITED
    district.do("gone", 1)
    assert not district.manager.callbacks


def test_nothing_is_left_of_those_that_are_gone() -> None:
    district = District(ours())
    for client, room in itertools.product(CLIENTS, ROOMS):
        district.do("ask", client)
        district.do("enter", client, room)
        district.do("going", client)
        district.do("gone", client)

    assert not district.manager._members
    assert not district.manager.callbacks
