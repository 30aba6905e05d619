"""Connections to addresses that people gave: to internal hosts too, but to none of the link itself.

A cloud's address of metadata (link local) is refused after its name was looked up, and the same
address is then connected to. What is connected is cut when its time is over, however little comes
how often.
"""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from server.notifications.ways import NotDelivered

STEP_S: Final = 10.0
WHOLE_S: Final = 20.0


def address_of(host: str, port: int) -> str:
    """The first address of a host that may be connected to. Raises OSError and NotDelivered."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = [str(one[4][0]) for one in found if may_be_called(str(one[4][0]))]
    if not allowed:
        raise NotDelivered("the host's address isn't allowed", later=False)
    return allowed[0]


def may_be_called(address: str) -> bool:
    """Whether an IP address is none of the link, of many, or of nobody."""
    one = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(one, "ipv4_mapped", None) or one
    return not (mapped.is_link_local or mapped.is_multicast or mapped.is_unspecified)


@contextmanager
def cut_after(plain: socket.socket, whole_s: float) -> Iterator[None]:
    """Shut a connection down when its time is over, also one that was wrapped in TLS since."""
    # Wrapping takes the socket's number away from it; another one of the same connection stays.
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
