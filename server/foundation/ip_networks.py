"""Groups addresses by network, within which one client can use any number of them."""

import ipaddress
from urllib.parse import urlsplit

OF_ONE = 64
"""Prefix bits of IPv6 that a provider assigns to one line."""


def network_of(address: str) -> str:
    """An IPv4 address itself, an IPv6 address's /64; other texts as they are."""
    try:
        one = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(one, ipaddress.IPv4Address):
        return str(one)
    if one.ipv4_mapped is not None:
        return str(one.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(one), OF_ONE), strict=False))


def is_local(host: str) -> bool:
    """Whether only this machine reaches it; `host` as in an address, maybe with a port."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
