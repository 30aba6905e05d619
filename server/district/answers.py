"""What `/settings` answers."""

from server.answers import Answered


class CoverageThresholds(Answered):
    """Shares from above 0 to 1: of a day's owed plays, and of a venue's days."""

    day_share: float
    venue_share: float


class UptimeSettings(Answered):
    """Seconds of grace by venue kind; the target in per cent; a bus's longest engine stop."""

    grace_s: dict[str, int]
    target_pct: float
    engine_stop_minutes: int


class Settings(Answered):
    """What the district has set."""

    coverage: CoverageThresholds
    uptime: UptimeSettings
