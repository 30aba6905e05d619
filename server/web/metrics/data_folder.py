"""Figures of the data folder: disk space, the reserve, the last backup, issued certificates."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509

from server.foundation.storage import reserve
from server.foundation.storage.last_backup import taken_ms


def room(data: Path) -> tuple[int, int]:
    """Bytes that are free on the disk of the data folder, and all that it has."""
    usage = shutil.disk_usage(data)
    return usage.free, usage.total


def reserve_kept(data: Path) -> bool:
    """Whether the room that stops and takeovers may use on a full disk is set aside."""
    return (data / reserve.NAME).exists()


def last_backup_s(data: Path) -> float:
    """When the last backup was whole, seconds since 1970; 0 for none since this folder began."""
    return taken_ms(data) / 1000


def certificates(data: Path) -> Iterator[tuple[str, datetime]]:
    """The certificates that `tls issue` made, by host, with their last instants."""
    for path in sorted((data / "keys" / "tls").glob("*.pem")):
        if path.stem.endswith("-key"):
            continue
        try:
            made = x509.load_pem_x509_certificate(path.read_bytes())
        except (OSError, ValueError):  # what somebody else put there is no certificate of ours
            continue
        yield path.stem, made.not_valid_after_utc
