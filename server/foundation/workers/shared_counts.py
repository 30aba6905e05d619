"""Rate-limit counts that workers share.

So a limit is independent of the number of workers. While they are disconnected each counts alone;
limits that must always hold are in the database.
"""

from collections.abc import Callable

from server.foundation.workers.relay import Relay


def shared(relay: Relay, kind: str, receive: Callable[..., None]) -> Callable[..., None]:
    """A function that sends an increment to the others; `receive` receives theirs.

    Both take the same arguments. `kind`: the name of this count.
    """
    relay.listen(kind, lambda _worker, args: receive(*args))
    return lambda *args: relay.publish(kind, args)
