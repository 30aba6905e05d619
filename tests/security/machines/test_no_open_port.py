"""A box beside a screen listens for nobody: its browser and its service open no port."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.devices.kiosk_box import Box, Door, box, descendants, install
from tests.support.patience import until

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LISTENING = "0A"
TABLES = ("tcp", "tcp6")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Box]:
    door = Door()
    assert install(tmp_path, "--url", door.address, "--plain-http").returncode == 0
    with box(tmp_path, door.address) as made:
        until("the page is on", door.newest)
        yield made
    door.close()


def listening() -> dict[str, str]:
    """Addresses that somebody on this machine listens on, by the inode of the socket."""
    found = {}
    for name in TABLES:
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] == LISTENING:
                found[columns[9]] = columns[1]
    return found


def ports_of(pid: int, listeners: dict[str, str]) -> list[str]:
    held = []
    for handle in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            target = str(handle.readlink())
        except OSError:  # closed meanwhile
            continue
        inode = target.removeprefix("socket:[").removesuffix("]")
        held += [listeners[inode]] if target.startswith("socket:") and inode in listeners else []
    return held


def test_nothing_of_it_listens(running: Box) -> None:
    pids = [running.wrapper.pid, *descendants(running.wrapper.pid)]
    listeners = listening()

    assert len(pids) >= 4, "the browser isn't there"
    assert listeners, "the page's own server listens, so the table can be read"
    assert {pid: ports for pid in pids if (ports := ports_of(pid, listeners))} == {}
