"""A file and a port beside the corpus that nobody may touch, though files of it name them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.factories import sample_files

LONG_AGO = 1_000_000_000


@dataclass
class Canary:
    """The folder of the corpus, with the canaries in it, and the connections made to them."""

    folder: Path
    port: socket.socket
    report: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Fail if the file was read or somebody called."""
        # Under relatime a read would have moved an access time this old.
        assert (self.folder / "canary.mp4").stat().st_atime == LONG_AGO
        with pytest.raises(BlockingIOError):
            self.port.accept()


@contextmanager
def canary_in(folder: Path) -> Iterator[Canary]:
    """Canaries for the length of the block; prints the connections at its end."""
    sample_files.clip(folder / "canary.mp4", seconds=0.2, sound=None)
    os.utime(folder / "canary.mp4", (LONG_AGO, LONG_AGO))
    with socket.create_server(("127.0.0.1", 0)) as port:
        port.setblocking(False)
        (folder / "canary-address").write_text(f"127.0.0.1:{port.getsockname()[1]}")
        canary = Canary(folder, port)
        yield canary
    print("\n" + "\n".join(canary.report))
