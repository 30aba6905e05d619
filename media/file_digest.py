"""Names a file by its content, whole and in the blocks in which players fetch it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

BLOCK_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 in hexadecimal of a file and of each of its 4 MiB blocks."""

    digest: str
    bytes: int
    blocks: tuple[str, ...]


def digests_of(path: Path) -> Digests:
    """Read a file once and return its digests."""
    whole = hashlib.sha256()
    blocks = []
    size = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            whole.update(block)
            blocks.append(hashlib.sha256(block).hexdigest())
            size += len(block)
    return Digests(whole.hexdigest(), size, tuple(blocks))
