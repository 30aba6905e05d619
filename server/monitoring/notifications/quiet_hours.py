"""Quiet hours and times of day, by the district's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.monitoring.notifications.models import NotificationTarget


def loud_at(now_ms: int, quiet_from: str | None, quiet_until: str | None, zone: ZoneInfo) -> int:
    """The earliest time to notify: now, or the end of the current quiet hours, ms since 1970."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return now_ms
    now = datetime.fromtimestamp(now_ms / 1000, zone)
    clock = now.strftime("%H:%M")
    over_midnight = quiet_from > quiet_until
    early, late = clock < quiet_until, clock >= quiet_from
    if not (early or late if over_midnight else early and late):
        return now_ms
    day = now.date() + timedelta(days=1 if over_midnight and late else 0)
    return at_clock(day.isoformat(), quiet_until, zone)


def loud_for(one: NotificationTarget, at_ms: int, zone: ZoneInfo) -> int:
    """The same for a target."""
    return loud_at(at_ms, one.quiet_from, one.quiet_until, zone)


def at_clock(day: str, clock: str, zone: ZoneInfo) -> int:
    """The instant of a wall-clock time on a date, ms since 1970; 24:00 is the next midnight."""
    hour, minute = (int(part) for part in clock.split(":"))
    moment = datetime.fromisoformat(day).replace(tzinfo=zone) + timedelta(days=hour // 24)
    return round(moment.replace(hour=hour % 24, minute=minute).timestamp() * 1000)
