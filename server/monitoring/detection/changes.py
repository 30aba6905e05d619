"""The changes found by a detection round: opened and resolved incidents, used sightings."""

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
    """A resolved incident; `notify`: whether its recipients are notified of the end."""

    incident: Open
    until_ms: int
    notify: bool = True


@dataclass
class IncidentChanges:
    """The changes of one round.

    `used`: sightings to delete; `noted`: new ones; `renewed`: updates of incidents opened by
    events.
    """

    begun: list[Opened] = field(default_factory=list)
    over: list[Resolved] = field(default_factory=list)
    used: list[Seen] = field(default_factory=list)
    noted: list[Seen] = field(default_factory=list)
    renewed: list[tuple[Open, Seen]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.begun or self.over or self.used or self.noted or self.renewed)
