"""Thresholds of alerts, with defaults. Pure."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class AlertRules:
    """Thresholds by their names in `/settings`, used by these kinds of incidents:

    - `offline`, `impaired`: begin after `raise_minutes`, end after `clear_minutes` without fault;
      also impaired: more than `impaired_failed_pct` failed plays.
    - `flapping`: begins and ends at a share of changes.
    - `upstream`: more than `upstream_screens` and more than `upstream_pct` of the online ones
      vanish together; single screens wait for `upstream_wait_minutes` after it.
    - `floor_missed`: consecutive hours, and interval of repetition.
    - `old_plan`, `clock_uncertain`, `storage_low`: age, uncertainty and fill level.
    - Escalation: to the venue's contact, to the unit after working days, to the district.
    """

    raise_minutes: int = 10
    clear_minutes: int = 5
    impaired_failed_pct: int = 10
    flapping_begins_pct: int = 30
    flapping_ends_pct: int = 15
    upstream_screens: int = 5
    upstream_pct: int = 30
    upstream_wait_minutes: int = 10
    floor_missed_hours: int = 2
    old_plan_hours: int = 24
    clock_unsure_s: float = 2
    storage_pct: int = 80
    escalate_venue_minutes: int = 60
    escalate_unit_workdays: int = 1
    escalate_district_days: int = 3

    @property
    def raise_s(self) -> int:
        """Seconds after which it is an incident."""
        return 60 * self.raise_minutes

    @property
    def clear_s(self) -> int:
        """Seconds without fault after which it is over."""
        return 60 * self.clear_minutes

    def is_crowd(self, gone: int, online: int) -> bool:
        """Whether `gone` of `online` screens vanishing together are a mass outage."""
        return gone > self.upstream_screens and 100 * gone > self.upstream_pct * online


AS_DELIVERED: Final = AlertRules()
