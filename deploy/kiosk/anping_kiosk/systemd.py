"""Notifies systemd that all is well (sd_notify), where it asked for that."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> None:
    """Send a line such as READY=1 or WATCHDOG=1; silent where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(state.encode(), address)
