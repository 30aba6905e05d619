"""A notification target is no way into the server's own network, and reveals nothing of it."""

import socket
from typing import Any

import pytest

from server.monitoring.notifications.channels import robot_child, webhook
from server.monitoring.notifications.channels.outbound_connections import (
    address_of,
    may_be_called,
)
from server.monitoring.notifications.channels.registry import NotDelivered
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.notification_sinks import WebhookSink, webhook_sink

NEVER = (
    "169.254.169.254", "169.254.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192",
    "0.0.0.0",  # noqa: S104 - nobody binds to it
    "224.0.0.1", "255.255.255.255", "::", "fe80::1", "fe80::1%eth0", "ff02::1",
    "fd00:ec2::254", "::ffff:169.254.169.254", "::ffff:100.100.100.200", "64:ff9b::a9fe:a9fe",
    "64:ff9b::6464:64c8", "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::", "2002:6464:64c8::1",
    "::a9fe:a9fe", "::ffff:0:a9fe:a9fe", "2001:0:a9fe:a9fe::1",
)  # fmt: skip
OWN = (
    "127.0.0.1", "127.8.8.8", "::1", "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1",
    "100.64.0.1", "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "2002:a00:1::", "2002:7f00:1::", "::a00:1", "198.18.0.1", "240.0.0.1",
)  # fmt: skip
LISTED = ("0.0.0.0/0", "::/0")


@pytest.mark.parametrize("address", NEVER)
def test_no_address_of_the_link_or_of_metadata_is_called_whatever_is_listed(address: str) -> None:
    if address != "255.255.255.255":  # nobody's network, but an operator's own affair
        assert not may_be_called(address, LISTED)
    assert not may_be_called(address)


@pytest.mark.parametrize("address", OWN)
def test_a_network_of_ones_own_is_called_if_the_operator_lists_it(address: str) -> None:
    assert not may_be_called(address)
    assert not may_be_called(address, ("172.20.0.0/24", "fd99::/16"))
    assert may_be_called(address, LISTED)


@pytest.mark.parametrize("address", ["1.1.1.1", "120.53.53.53", "240e:1::1", "64:ff9b::101:101"])
def test_a_public_address_needs_no_list(address: str) -> None:
    assert may_be_called(address)


def test_a_name_is_resolved_and_checked_by_the_same_rules() -> None:
    """All its addresses; and the allowed address is connected to, not the name again."""
    found = ["127.0.0.1", "64:ff9b::a9fe:a9fe", "100.100.100.200", "203.0.113.9", "1.1.1.1"]

    def look_up(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in found]

    assert address_of("rebound.example", 80, (), look_up) == "1.1.1.1"
    found.pop()
    with pytest.raises(NotDelivered):
        address_of("rebound.example", 80, (), look_up)


def test_nothing_reaches_this_machine_unless_the_operator_lists_it() -> None:
    with webhook_sink() as sink:
        with pytest.raises(NotDelivered):
            webhook.post(sink.url, b"{}", {})
        assert sink.bodies == []

        webhook.post(sink.url, b"{}", {}, ("127.0.0.0/8",))
        assert sink.bodies == [{}]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::ffff:10.0.0.1", "fd12::1"])
def test_a_robot_is_held_to_the_same(address: str) -> None:
    with pytest.raises(PermissionError):
        robot_child.refuse((), "socket.connect", (None, (address, 80)))


@pytest.fixture
def sink() -> Any:
    with webhook_sink() as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["webhook", "apprise"])
def test_a_test_message_reports_delivery_or_not_and_no_more(
    world: World, sink: WebhookSink, kind: str
) -> None:
    """A port that answers 404, a closed one and addresses not allowed get the same report."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    sink.statuses = [404, 404, 404]
    open_port = sink.url.rpartition(":")[2].partition("/")[0]
    reports = {
        place: _report(world, kind, place)
        for place in (f"127.0.0.1:{port}", f"127.0.0.1:{open_port}", "10.9.9.9", "169.254.169.254")
    }

    assert set(reports.values()) == {("failed", "not delivered")}, reports


def _report(world: World, kind: str, place: str) -> tuple[str, str]:
    admin = sign_in(world, "admin").client
    url = f"http://{place}/x" if kind == "webhook" else f"ntfy://{place}/topic"
    made = admin.post("/api/v1/notification-targets", json={"name": "群", "kind": kind, "url": url})
    assert made.status_code == 201, made.json
    sent = admin.post(f"/api/v1/notification-targets/{made.json['id']}/test").json
    return sent["state"], sent["error"]


def test_the_operator_s_list_is_what_counts(tmp_path: Any, sink: WebhookSink) -> None:
    """On a server whose operator lists nothing."""
    world = make_world(tmp_path / "strict", outgoing_networks=())

    assert _report(world, "webhook", sink.url.removeprefix("http://").rstrip("/")) == (
        "failed",
        "not delivered",
    )
    assert sink.bodies == []
