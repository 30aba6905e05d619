"""The listening socket, held by the parent: no connection is refused while the worker restarts.

Connections wait in the kernel's queue until a worker serves.
"""

import errno
import socket
from typing import Final

from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence

QUEUE: Final = 2048
HANDED_ON: Final = "LISTENING_SOCKET"
"""The variable with the socket's descriptor for gunicorn."""


def open_door(bind: str) -> socket.socket:
    """Listen at `host:port`, after all forks that must not inherit the socket.

    Raises Conflict with the remedy.
    """
    host, _, port = bind.rpartition(":")
    host = host.strip("[]") or "0.0.0.0"  # noqa: S104 - the meaning of an empty host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, int(port)))
        door.listen(QUEUE)
    except (OSError, OverflowError) as error:
        door.close()
        raise Conflict(_why_not(bind, error)) from error
    return door


def _why_not(bind: str, error: Exception) -> Sentence:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return Sentence(
            f"{bind} 已被其他程序占用：请先停止它，或用 ANPING_BIND 换一个端口。",
            f"{bind} is taken by another program: stop that, or choose another by ANPING_BIND.",
        )
    return Sentence(
        f"无法在 {bind} 上监听（{error}）：请检查 ANPING_BIND。",
        f"can't listen at {bind} ({error}): check ANPING_BIND.",
    )
