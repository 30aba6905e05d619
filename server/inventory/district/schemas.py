"""What `/settings` answers."""

from typing import Literal

from server.foundation.rest.responses import Answered


class CoverageThresholds(Answered):
    """Shares from above 0 to 1: of a day's owed plays, and of a venue's days."""

    day_share: float
    venue_share: float


class UptimeSettings(Answered):
    """Seconds of grace by venue kind; the target in per cent; a bus's longest engine stop."""

    grace_s: dict[str, int]
    target_pct: float
    engine_stop_minutes: int


class AlertSettings(Answered):
    """From when on something is an incident, when it is over, when it is told further up."""

    raise_minutes: int
    clear_minutes: int
    impaired_failed_pct: int
    flapping_begins_pct: int
    flapping_ends_pct: int
    upstream_screens: int
    upstream_pct: int
    upstream_wait_minutes: int
    floor_missed_hours: int
    old_plan_hours: int
    clock_unsure_s: float
    storage_pct: int
    escalate_venue_minutes: int
    escalate_unit_workdays: int
    escalate_district_days: int


class PlayerSettings(Answered):
    """How screens come by a new release of the player: in rings by itself, all at once, by hand."""

    updates: Literal["rings", "at_once", "by_hand"]


class AddressSettings(Answered):
    """Where screens and people come, as it was set here; the environment's wins."""

    public_url: str | None


class GuideSettings(Answered):
    """Whether the overview leaves the first steps out."""

    hidden: bool


class Settings(Answered):
    """What the district has set."""

    coverage: CoverageThresholds
    uptime: UptimeSettings
    alerts: AlertSettings
    player: PlayerSettings
    address: AddressSettings
    guide: GuideSettings
