"""What happened to screens, told after commit to the features above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScreenPaired:
    """A player was bound to the screen, for the first time or in place of another.

    The player waits for its answer meanwhile, so listeners change what is in memory alone.
    """

    screen_id: int


@dataclass(frozen=True)
class ScreensBound:
    """The same of some screens together, a moment later: for what takes the database's time."""

    screen_ids: tuple[int, ...]


@dataclass(frozen=True)
class ScreenAdded:
    """There is a record of a screen that has no player yet."""

    screen_id: int


@dataclass(frozen=True)
class ScreenChanged:
    """Something of the screen's record changed that may change what it plays."""

    screen_id: int


@dataclass(frozen=True)
class ScreensWritten:
    """Many records of screens were made, or changed, in one go."""

    added: tuple[int, ...]
    changed: tuple[int, ...]


@dataclass(frozen=True)
class ScreenPaused:
    """A declared pause of the screen began, was given another end, or is over before its time."""

    screen_id: int


@dataclass(frozen=True)
class ScreenRevoked:
    """The screen's credentials are void from now on: its socket must be closed."""

    screen_id: int


@dataclass(frozen=True)
class EnrolmentRefused:
    """A player came with an enrolment key and a serial that has a live screen already."""

    screen_id: int
    serial: str
