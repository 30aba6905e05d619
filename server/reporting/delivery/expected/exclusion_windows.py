"""SLA exclusions of a screen: declared pauses, and approved exemptions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import Span
from server.inventory.screens.models import ScreenPause
from server.monitoring.exemptions.queries import excused_times

WindowsOfScreens = Mapping[int, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Windows:
    """By screen: its declared pauses, and its exemptions."""

    off: WindowsOfScreens = field(default_factory=dict)
    excused: WindowsOfScreens = field(default_factory=dict)

    @property
    def screens(self) -> list[int]:
        """The screens that have any."""
        return sorted({*self.off, *self.excused})


def windows_between(session: Session, from_ms: int, until_ms: int) -> Windows:
    """The windows of all screens that overlap [from, until)."""
    excused: defaultdict[int, list[Span]] = defaultdict(list)
    for screen, start_ms, end_ms in excused_times(session, from_ms, until_ms):
        excused[screen].append((start_ms, end_ms))
    return Windows(pauses_between(session, from_ms, until_ms), excused)


def pauses_between(session: Session, from_ms: int, until_ms: int) -> WindowsOfScreens:
    """Declared pauses of all screens that overlap [from, until)."""
    found: defaultdict[int, list[Span]] = defaultdict(list)
    query = (
        select(ScreenPause.screen_id, ScreenPause.from_at, ScreenPause.until_at)
        .where(ScreenPause.from_at < until_ms, ScreenPause.until_at > from_ms)
        .order_by(ScreenPause.id)
    )
    for screen, start_ms, end_ms in session.execute(query):
        found[screen].append((start_ms, end_ms))
    return found
