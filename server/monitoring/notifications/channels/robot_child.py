"""Sends one message by Apprise: JSON with `url`, `title`, `text`, `networks` on stdin.

Prints `sent`, `unknown` (an address that Apprise doesn't support) or `refused`. Only permitted
hosts are connected to, whatever redirects or names a service uses.
"""

import json
import logging
import sys
from collections.abc import Sequence
from functools import partial

from server.monitoring.notifications.channels.outbound_connections import may_be_called


def main() -> None:
    """Send it."""
    from apprise import Apprise

    request = json.load(sys.stdin)
    sys.addaudithook(partial(refuse, request["networks"]))
    # Its log would contain addresses with their keys.
    logging.disable(logging.CRITICAL)
    robot = Apprise.instantiate(request["url"], suppress_exceptions=True)
    if robot is None:
        answer = "unknown"
    else:
        answer = "sent" if robot.notify(body=request["text"], title=request["title"]) else "refused"
    sys.stdout.write(answer)


def refuse(networks: Sequence[str], event: str, args: tuple[object, ...]) -> None:
    """Block connections that `outbound_connections` forbids; some services accept any host."""
    if event == "socket.connect":
        address = args[1]
        if not isinstance(address, tuple) or not may_be_called(str(address[0]), networks):
            raise PermissionError


if __name__ == "__main__":
    main()
