"""The certificates issued into the data folder, for figures on them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509


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
