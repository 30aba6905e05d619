"""Which network an address is of: what somebody can take as many addresses from as he likes."""

import ipaddress

OF_ONE = 64
"""Bits of an IPv6 address that a provider gives to one line."""


def network_of(address: str) -> str:
    """An IPv4 address itself, of IPv6 the /64; what is no address stays as it is."""
    try:
        one = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(one, ipaddress.IPv4Address):
        return str(one)
    if one.ipv4_mapped is not None:
        return str(one.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(one), OF_ONE), strict=False))
