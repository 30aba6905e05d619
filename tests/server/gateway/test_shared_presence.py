"""Screens at several workers: who holds the lease, whose socket ends, who is a copy of whom."""

from dataclasses import dataclass
from typing import cast

from server.foundation.workers.relay import Relay
from server.gateway.connection.messages import Beat
from server.gateway.connection.presence import Link
from server.gateway.workers.shared_presence import FarLink, SharedPresence
from server.inventory.enrolment.credentials import ScreenIdentity

SCREEN = ScreenIdentity(9, 1)


@dataclass
class Line:
    """A double of the relay: whether workers reach each other is set by hand."""

    is_whole: bool = True


def presence_on(line: Line) -> SharedPresence:
    return SharedPresence(cast("Relay", line))


def near(since_ms: int, boot: str = "one") -> Link:
    return Link(f"near{since_ms}", SCREEN, boot, since_ms)


def far(since_ms: int, boot: str = "one", worker: str = "w2") -> FarLink:
    return FarLink(f"far{since_ms}", SCREEN, boot, since_ms, worker=worker)


def beat(boot: str) -> Beat:
    return Beat(boot=boot, state="playing")


def test_the_lease_is_with_the_newest_socket_wherever_it_is() -> None:
    presence = presence_on(Line())
    presence.join(near(1))
    presence.join_remote(far(2, "two"))
    presence.join(near(3, "three"))

    first = presence.holder(9)
    presence.leave("near3")
    second = presence.holder(9)

    assert first is not None
    assert second is not None
    assert [(one.sid, one.is_far) for one in (first, second)] == [("near3", False), ("far2", True)]


def test_the_same_boot_at_another_worker_ends_its_old_socket_without_an_offline_report() -> None:
    presence, ended = presence_on(Line()), list[str]()
    presence.on_replaced = ended.append
    presence.join(near(1))

    presence.join_remote(far(2))

    assert ended == ["near1"]
    assert presence.leave("near1") is None
    assert list(presence.connected()) == [9]


def test_a_late_notice_ends_no_newer_socket() -> None:
    presence, ended = presence_on(Line()), list[str]()
    presence.on_replaced = ended.append
    presence.join(near(5))

    presence.join_remote(far(2))

    holder = presence.holder(9)
    assert ended == []
    assert holder is not None
    assert holder.sid == "near5"


def test_far_sockets_count_only_while_workers_are_connected() -> None:
    line = Line()
    presence = presence_on(line)
    presence.join_remote(far(1))

    line.is_whole = False

    assert presence.holder(9) is None
    assert list(presence.connected()) == []


def test_a_worker_that_is_gone_takes_its_sockets_along() -> None:
    presence = presence_on(Line())
    presence.join_remote(far(1, worker="w2"))

    presence.lose("w3")
    assert presence.holder(9) is not None
    presence.lose("w2")
    assert presence.holder(9) is None


def test_a_copy_is_suspected_across_workers_and_a_screen_that_started_again_is_not() -> None:
    presence = presence_on(Line())
    presence.join(near(1, "old"))
    presence.record_beat(9, 10, beat("old"))
    presence.join_remote(far(2, "new"))
    presence.record_remote_beat(9, 20, beat("new"))

    clash = presence.record_beat(9, 30, beat("old"))

    assert clash is not None
    assert (clash.older, clash.newer) == ("old", "new")
    assert presence.record_beat(9, 40, beat("new")) is None


def test_late_notices_of_boots_raise_no_alarm() -> None:
    presence = presence_on(Line())
    presence.join(near(5, "new"))
    presence.record_beat(9, 10, beat("new"))
    presence.join_remote(far(1, "old"))
    presence.record_remote_beat(9, 9, beat("old"))
    presence.record_remote_beat(9, 11, beat("unheard of"))

    assert presence.record_beat(9, 20, beat("new")) is None


def test_the_newest_beat_of_any_worker_is_kept_and_only_ones_own_are_sent() -> None:
    presence = presence_on(Line())
    presence.record_beat(9, 10, beat("one"))

    assert presence.record_remote_beat(9, 20, beat("one"))
    assert not presence.record_remote_beat(9, 15, beat("one"))

    contact = presence.contact(9)
    assert contact is not None
    assert contact.at_ms == 20
    assert {one: last.at_ms for one, last in presence.unsent.contacts.items()} == {9: 10}
    assert presence.near_contacts() == []


def test_without_other_workers_the_store_has_the_last_contact() -> None:
    presence = presence_on(Line())
    presence.record_remote_beat(9, 20, beat("one"))

    presence.refresh([(9, 90), (8, 90)])

    assert [(one, contact.at_ms) for one, contact in presence.contacts()] == [(9, 90)]


def test_beats_of_other_workers_are_followed_too() -> None:
    presence = presence_on(Line())
    changed = presence.follow()

    presence.record_remote_beat(9, 20, beat("one"))
    assert changed == {9}

    changed.clear()
    presence.refresh([(9, 90)])
    assert changed == {9}


def test_sockets_that_come_and_go_are_sent() -> None:
    presence = presence_on(Line())

    presence.join(near(1))
    presence.leave("near1")

    assert [(one["sid"], one.get("boot")) for one in presence.unsent.moves] == [
        ("near1", "one"),
        ("near1", None),
    ]


def test_a_far_socket_that_its_worker_names_no_more_is_gone() -> None:
    presence = presence_on(Line())
    link = far(1)
    presence.join_remote(link)

    presence.lose_unlisted(link.listed_s)
    kept = list(presence.connected())
    presence.lose_unlisted(link.listed_s + 1)

    assert kept == [9]
    assert list(presence.connected()) == []
