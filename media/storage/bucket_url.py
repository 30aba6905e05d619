"""Parses the address of an S3-compatible bucket, without loading a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

OPTIONS: Final = frozenset({"endpoint_url", "region_name", "addressing_style"})


class StoreAway(OSError):
    """The bucket is unreachable or refuses: retry, or check its settings."""


@dataclass(frozen=True)
class Bucket:
    """A bucket: `s3://bucket/prefix?endpoint_url=...`; credentials are elsewhere."""

    name: str
    prefix: str
    endpoint_url: str | None = None
    region_name: str | None = None
    addressing_style: str = "auto"

    @classmethod
    def of(cls, url: str) -> Bucket:
        """Parse an address. Raises ValueError."""
        parts = urlsplit(url)
        given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.scheme != "s3" or not parts.netloc or not given.keys() <= OPTIONS:
            raise ValueError(url)
        endpoint = given.get("endpoint_url")
        if endpoint is not None and not endpoint.startswith(("http://", "https://")):
            raise ValueError(url)
        style = given.get("addressing_style", "path" if endpoint else "auto")
        if style not in {"path", "virtual", "auto"}:
            raise ValueError(url)
        prefix = parts.path.strip("/")
        return cls(parts.netloc, prefix, endpoint, given.get("region_name"), style)
