"""What `/settings` answers."""

from server.answers import Answered


class CoverageThresholds(Answered):
    """Shares from above 0 to 1: of a day's owed plays, and of a venue's days."""

    day_share: float
    venue_share: float


class Settings(Answered):
    """What the district has set."""

    coverage: CoverageThresholds
