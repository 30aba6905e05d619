"""Answers of `/settings`."""

from typing import Literal

from server.foundation.rest.responses import Answered


class CoverageThresholds(Answered):
    """Shares above 0, up to 1: of a day's expected plays, and of a venue's days."""

    day_share: float
    venue_share: float


class UptimeSettings(Answered):
    """Grace in seconds by venue kind; the target in per cent; longest engine stop of a bus."""

    grace_s: dict[str, int]
    target_pct: float
    engine_stop_minutes: int


class AlertSettings(Answered):
    """Thresholds for begin, end and escalation of incidents."""

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
    """How screens get a new release of the player: in rings, all at once, or by hand."""

    updates: Literal["rings", "at_once", "by_hand"]


class AddressSettings(Answered):
    """The public address as set here; the environment's takes precedence."""

    public_url: str | None


class GuideSettings(Answered):
    """Whether the overview hides the first steps."""

    hidden: bool


class Settings(Answered):
    """The district's settings."""

    coverage: CoverageThresholds
    uptime: UptimeSettings
    alerts: AlertSettings
    player: PlayerSettings
    address: AddressSettings
    guide: GuideSettings
