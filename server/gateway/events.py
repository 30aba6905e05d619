"""What players made known, told to whoever keeps figures and incidents."""

from dataclasses import dataclass

from server.gateway.connection.messages import Beat, Incident


@dataclass(frozen=True)
class CloneSuspected:
    """An older boot spoke after a newer one's first beat: two players use one credential."""

    screen_id: int
    older: str
    newer: str
    at_ms: int


@dataclass(frozen=True)
class IncidentsReported:
    """A player saw things go wrong; each with its count since it was last told."""

    screen_id: int
    boot: str
    incidents: tuple[Incident, ...]
    at_ms: int


@dataclass(frozen=True)
class HeardAfar:
    """A screen's player beat to another worker."""

    screen_id: int
    beat: Beat
    at_ms: int


@dataclass(frozen=True)
class LinkChanged:
    """A screen's last socket is gone, or its first one is there."""

    screen_id: int
    up: bool
    at_ms: int
