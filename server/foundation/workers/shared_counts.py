"""Counts of what may not be done too often, kept by each worker and told to the others.

So a bound is the same however many workers there are. While they can't hear each other each counts
its own; what must hold in any case is in the database.
"""

from collections.abc import Callable

from server.foundation.workers.relay import Relay


def shared(relay: Relay, kind: str, hear: Callable[..., None]) -> Callable[..., None]:
    """What tells the others of one more; `hear` counts what they tell, and takes the same.

    `kind` names this count among all.
    """
    relay.listen(kind, lambda _worker, said: hear(*said))
    return lambda *said: relay.tell(kind, said)
