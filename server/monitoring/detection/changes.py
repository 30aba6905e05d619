"""What a round found: incidents that begin, those that are over, and what was used up for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.monitoring.detection.open_incidents import Open, Seen
from server.monitoring.detection.watched_screens import Watched


@dataclass(frozen=True, slots=True)
class Opened:
    """A new incident of a screen (None: of a shared cause, in `unit`) since an instant (ms)."""

    code: str
    screen: Watched | None
    since_ms: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    unit: int = 0


@dataclass(frozen=True, slots=True)
class Resolved:
    """An incident has ended; `told`: people who heard of it hear that too."""

    incident: Open
    until_ms: int
    told: bool = True


@dataclass
class IncidentChanges:
    """The changes of one round. `used` are sightings to let go, `noted` new ones, `renewed`
    news of open events."""

    begun: list[Opened] = field(default_factory=list)
    over: list[Resolved] = field(default_factory=list)
    used: list[Seen] = field(default_factory=list)
    noted: list[Seen] = field(default_factory=list)
    renewed: list[tuple[Open, Seen]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has changed."""
        return not (self.begun or self.over or self.used or self.noted or self.renewed)
