"""Connections to user-supplied addresses: public ones, and networks that the operator lists.

A name is resolved once, checked, and that address is connected to (no DNS rebinding). Link-local
and cloud metadata addresses are always refused, in each IPv6 form that embeds an IPv4 address.
Connections are cut at a deadline, even if data trickles in.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from server.monitoring.notifications.channels.registry import NotDelivered

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[..., Sequence[Any]]
STEP_S: Final = 10.0
WHOLE_S: Final = 20.0
ANYWHERE: Final = ("0.0.0.0/0", "::/0")
"""For addresses set by the operator."""
# Alibaba Cloud, Azure, Oracle Cloud, AWS by IPv6; the rest is link-local (169.254.169.254).
METADATA: Final = frozenset(
    map(
        ipaddress.ip_address,
        ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"),
    )
)
# IPv6 networks with embedded IPv4 addresses, and the bit at which these begin.
CARRYING: Final = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 96),
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 96),
    (ipaddress.IPv6Network("::/96"), 96),
    (ipaddress.IPv6Network("64:ff9b::/96"), 96),
    (ipaddress.IPv6Network("2002::/16"), 16),
)
# Local NAT64 and Teredo, which embed it elsewhere or inverted.
OBSCURE: Final = (ipaddress.IPv6Network("64:ff9b:1::/48"), ipaddress.IPv6Network("2001::/32"))


def address_of(
    host: str, port: int, networks: Sequence[str], look_up: LookUp = socket.getaddrinfo
) -> str:
    """The first address of a host that is permitted. Raises OSError and NotDelivered."""
    found = look_up(host, port, type=socket.SOCK_STREAM)
    allowed = [str(one[4][0]) for one in found if may_be_called(str(one[4][0]), networks)]
    if not allowed:
        raise NotDelivered("the host's address isn't allowed", later=False)
    return allowed[0]


def may_be_called(address: str, networks: Sequence[str] = ()) -> bool:
    """Whether an IP address is public, or in a listed network (as `10.1.0.0/16`)."""
    one = _carried(ipaddress.ip_address(address.partition("%")[0]))
    if one is None or one in METADATA or _is_nobodys(one):
        return False
    return one.is_global or any(_is_in(one, network) for network in networks)


def _carried(one: Address) -> Address | None:
    """The IPv4 address embedded in an IPv6 one, else itself; None if it can't be extracted."""
    if isinstance(one, ipaddress.IPv4Address) or one.is_loopback or one.is_unspecified:
        return one
    if any(one in network for network in OBSCURE):
        return None
    for network, begin in CARRYING:
        if one in network:
            return ipaddress.IPv4Address((int(one) >> (96 - begin)) & 0xFFFF_FFFF)
    return one


def _is_nobodys(one: Address) -> bool:
    """Whether it is link-local, multicast or unspecified."""
    return one.is_link_local or one.is_multicast or one.is_unspecified


def _is_in(one: Address, network: str) -> bool:
    found = ipaddress.ip_network(network)
    return one.version == found.version and one in found


@contextmanager
def cut_after(plain: socket.socket, whole_s: float) -> Iterator[None]:
    """Shut a connection down at its deadline, also after it was wrapped in TLS."""
    # Wrapping detaches the socket's descriptor; a duplicate of it stays usable.
    same = plain.dup()
    cut = threading.Timer(whole_s, _cut, [same])
    cut.daemon = True
    cut.start()
    try:
        yield
    finally:
        cut.cancel()
        same.close()


def _cut(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
