"""Events of screens, published after commit for rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScreenPaired:
    """A player was bound to the screen, the first one or a replacement.

    The player waits for its answer meanwhile, so listeners must only change memory.
    """

    screen_id: int


@dataclass(frozen=True)
class ScreensBound:
    """The same for a batch of screens, a moment later: for listeners that use the database."""

    screen_ids: tuple[int, ...]


@dataclass(frozen=True)
class ScreenAdded:
    """A record of a screen without a player was created."""

    screen_id: int


@dataclass(frozen=True)
class ScreenChanged:
    """The screen's record changed in a way that may change its content."""

    screen_id: int


@dataclass(frozen=True)
class ScreensWritten:
    """Many records of screens were created or changed."""

    added: tuple[int, ...]
    changed: tuple[int, ...]


@dataclass(frozen=True)
class ScreenPaused:
    """A declared pause of the screen began, got another end, or ended early."""

    screen_id: int


@dataclass(frozen=True)
class ScreenRevoked:
    """The screen's credentials are void: its socket must be closed."""

    screen_id: int


@dataclass(frozen=True)
class EnrolmentRefused:
    """A player enrolled with the serial of a screen whose box is alive."""

    screen_id: int
    serial: str
