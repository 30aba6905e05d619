"""Uses a listening socket passed by systemd (socket activation).

It stays open during restarts: connections wait and aren't refused.
"""

import os
import socket
from typing import Final

from server.foundation.config import Settings
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence

FIRST: Final = 3
"""The first descriptor of sd_listen_fds(3)."""


def kept_socket(settings: Settings) -> socket.socket | None:
    """The listening socket passed to this process; None without one.

    Its variables are removed from the environment. Raises Conflict unless it is one socket on the
    port of ANPING_BIND.
    """
    pid, count = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if pid != str(os.getpid()) or count in {"", "0"}:
        return None
    port = _port(FIRST) if count == "1" else None
    if port is None or str(port) != settings.bind.rpartition(":")[2]:
        raise Conflict(_unlike(settings, port))
    return socket.socket(fileno=FIRST)


def _port(descriptor: int) -> int | None:
    """The TCP port on which it listens."""
    with socket.socket(fileno=os.dup(descriptor)) as kept:
        if kept.family not in {socket.AF_INET, socket.AF_INET6}:
            return None
        return int(kept.getsockname()[1])


def _unlike(settings: Settings, port: int | None) -> Sentence:
    zh = "多个套接字或非 TCP 套接字" if port is None else f"端口 {port}"
    en = "not one TCP socket" if port is None else f"port {port}"
    return Sentence(
        f"anping.socket 给的是{zh}，而 ANPING_BIND 是 {settings.bind}："
        "请让 ListenStream 与 ANPING_BIND 一致。",
        f"anping.socket gave {en}, and ANPING_BIND is {settings.bind}: "
        "let ListenStream and ANPING_BIND be the same.",
    )
