"""Live links of the district's screens to a served district, for pages that show them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.support.devices.official_client import Client
from tests.support.devices.socket_player import LET_IN_S, NAMESPACE
from tests.support.district.inventory import District
from tests.support.processes.web_worker import WebWorker


@contextmanager
def connected(here: District, site: WebWorker, silent: tuple[str, ...]) -> Iterator[None]:
    """All players but the silent hold a socket meanwhile, and accept commands."""
    with ExitStack() as links:
        for name in here.players:
            if name not in silent:
                links.enter_context(link(here, site, name))
        yield


def yes(_asked: Any) -> dict[str, Any]:
    """A player's plain answer to a command."""
    return {"ok": True, "result": None}


@contextmanager
def link(
    here: District, site: WebWorker, name: str, obey: Callable[[Any], Any] = yes
) -> Iterator[None]:
    """One screen's player holds a socket meanwhile, and answers commands as `obey` does."""
    player = here.players[name].player
    client = Client()
    client.on("command", obey, namespace=NAMESPACE)
    credentials = {
        "token": player.token,
        "boot": player.boot,
        "version": player.plans.version,
        "player": player.disk.player,
        "protocol": 1,
    }
    client.connect(
        site.base,
        auth=credentials,
        namespaces=[NAMESPACE],
        transports=["websocket"],
        wait_timeout=LET_IN_S,
    )
    try:
        yield
    finally:
        client.disconnect()
