"""Events of players, published for figures and incidents."""

from dataclasses import dataclass

from server.gateway.connection.messages import Beat, Incident


@dataclass(frozen=True)
class CloneSuspected:
    """An older boot sent a heartbeat after a newer one: two players share a credential."""

    screen_id: int
    older: str
    newer: str
    at_ms: int


@dataclass(frozen=True)
class IncidentsReported:
    """A player reported faults, each with its count since the last report."""

    screen_id: int
    boot: str
    incidents: tuple[Incident, ...]
    at_ms: int


@dataclass(frozen=True)
class RemoteHeartbeat:
    """Another worker received a heartbeat of a screen."""

    screen_id: int
    beat: Beat
    at_ms: int


@dataclass(frozen=True)
class LinkChanged:
    """A screen's last socket was closed, or its first one opened."""

    screen_id: int
    up: bool
    at_ms: int
