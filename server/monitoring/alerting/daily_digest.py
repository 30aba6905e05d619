"""The daily digest: new down, still down, back, impaired, log incomplete; one a day and target."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from server.accounts.actor import within
from server.accounts.models import Unit
from server.foundation.core import Core
from server.foundation.durations import DAY_MS
from server.foundation.i18n import Sentence
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.monitoring.alerting.grouping import reader_of
from server.monitoring.incidents.affected_units import hits_below
from server.monitoring.incidents.messages import BRAND, Reader, back_line_of, line_of
from server.monitoring.incidents.models import Incident
from server.monitoring.incidents.with_names import Named, named
from server.monitoring.notifications import sender
from server.monitoring.notifications.models import Message, NotificationTarget
from server.monitoring.notifications.queries import active
from server.monitoring.notifications.quiet_hours import at_clock, loud_for
from server.playlog.store.snapshot import snapshot

SHOWN: Final = 20
TITLE: Final = Sentence("每日故障摘要 {}", "Daily digest {}")
PARTS: Final = {
    "new": Sentence("新增故障", "New"),
    "still": Sentence("仍未恢复", "Still down"),
    "impaired": Sentence("播放异常", "Impaired"),
    "back": Sentence("已恢复", "Back"),
    "incomplete": Sentence("日志未传全（超过 24 小时）", "Log incomplete for over 24 h"),
}
COUNTED: Final = Sentence("{part}：{count}", "{part}: {count}")
MORE: Final = Sentence("……等共 {} 处", "… {} in all")
SEE: Final = Sentence("查看：{}", "See: {}")
NOT_DOWN: Final = ("impaired",)


Digest = Mapping[str, Sequence[str]]
"""The lines of each section by its name."""


def write_digests(core: Core) -> int:
    """Create today's due digests that don't exist yet; returns how many."""
    due = _due(core)
    if not due:
        return 0
    incomplete = _incomplete(core, core.clock.now_ms())
    written = 0
    for target, day in due:
        with core.config.write() as session:
            written += _write(core, session, target, day, incomplete)
    return written


def _due(core: Core) -> list[tuple[NotificationTarget, str]]:
    """Targets whose digest is due, each with the day that it covers.

    A digest due within quiet hours is sent when they end, possibly on the next day.
    """
    now_ms, zone = core.clock.now_ms(), core.settings.zone
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    days = [(today - timedelta(days=1)).isoformat(), today.isoformat()]
    midnight_ms = at_clock(days[1], "00:00", zone)
    occasions = [f"digest:{day}" for day in days]
    with core.config.read() as session:
        made = select(Message.target_id, Message.occasion).where(Message.occasion.in_(occasions))
        done = {(row[0], row[1]) for row in session.execute(made)}
        found = []
        for one in (one for one in active(session) if "digest" in one.events):
            for day in days:
                asked_ms = at_clock(day, one.digest_at, zone)
                loud_ms = loud_for(one, asked_ms, zone)
                due = one.created_at <= asked_ms and midnight_ms <= loud_ms <= now_ms
                if due and (one.id, f"digest:{day}") not in done:
                    found.append((one, day))
        return found


def _write(
    core: Core, session: Session, target: NotificationTarget, today: str, incomplete: set[int]
) -> int:
    now_ms = core.clock.now_ms()
    reader = reader_of(core, target)
    digest = _digest(session, reader, target, now_ms, incomplete)
    content = _text(reader, digest, today)
    message = sender.put(session, target, "digest", f"digest:{today}", now_ms, **content)
    if message is None:
        return 0
    if not any(digest.values()):
        message.state = "dropped"
    return int(message.state != "dropped")


def _digest(
    session: Session, reader: Reader, target: NotificationTarget, now_ms: int, incomplete: set[int]
) -> Digest:
    since_ms = now_ms - DAY_MS
    rows = named(session, session.scalars(_covered_incidents(target, since_ms)))
    wanted = [one for one in rows if not target.codes or one.incident.code in target.codes]
    ongoing = [one for one in wanted if one.incident.state != "closed"]
    down = [one for one in ongoing if one.incident.code not in NOT_DOWN]
    unwell = [one for one in ongoing if one.incident.code in NOT_DOWN]
    return {
        "new": _lines(reader, [one for one in down if one.incident.raised_at > since_ms]),
        "still": _lines(reader, [one for one in down if one.incident.raised_at <= since_ms]),
        "impaired": _lines(reader, unwell),
        "back": [back_line_of(reader, one) for one in wanted if one.incident.state == "closed"],
        "incomplete": list(_names(session, target, incomplete)),
    }


def _covered_incidents(target: NotificationTarget, since_ms: int) -> Select[int]:
    ended = and_(Incident.state == "closed", Incident.closed_at > since_ms)
    roots = (target.unit.path,)
    return (
        select(Incident.id)
        .outerjoin(Venue, Incident.venue_id == Venue.id)
        .join(Unit, Unit.id == func.coalesce(Venue.unit_id, Incident.unit_id))
        .where(
            or_(Incident.state != "closed", ended), or_(within(Unit.path, roots), hits_below(roots))
        )
    )


def _lines(reader: Reader, rows: Sequence[Named]) -> list[str]:
    return [line_of(reader, one) for one in rows]


def _names(session: Session, target: NotificationTarget, screens: set[int]) -> Iterator[str]:
    query = (
        select(Screen.id, Venue.name, Venue.vehicle, Screen.name)
        .join(Venue, Screen.venue_id == Venue.id)
        .join(Unit, Venue.unit_id == Unit.id)
        .where(within(Unit.path, (target.unit.path,)), Screen.retired_at.is_(None))
        .order_by(Venue.name, Screen.id)
    )
    for number, venue, vehicle, screen in session.execute(query):
        if number in screens:
            yield f"{vehicle or venue} {screen}".strip()


def _incomplete(core: Core, now_ms: int) -> set[int]:
    """Screens in contact within a day whose log was last complete over a day ago."""
    before_ms = now_ms - DAY_MS
    with snapshot(core.plays) as tx:
        rows = tx.rows(
            "SELECT screen FROM contacts WHERE backlog > 0 AND clear_at < ? AND at_ms > ?",
            (before_ms, before_ms),
        )
    return {int(row[0]) for row in rows}


def _text(reader: Reader, digest: Digest, today: str) -> dict[str, Any]:
    title = reader.translate(TITLE).format(today)
    lines = [title]
    for part, found in digest.items():
        if found:
            lines.append(
                reader.translate(COUNTED).format(
                    part=reader.translate(PARTS[part]), count=len(found)
                )
            )
            lines += [f"- {line}" for line in found[:SHOWN]]
            lines += (
                [f"- {reader.translate(MORE).format(len(found))}"] if len(found) > SHOWN else []
            )
    link = f"{reader.base}/incidents" if reader.base else ""
    lines += [reader.translate(SEE).format(link)] if link else []
    count = sum(len(found) for found in digest.values())
    fields = {"kind": "digest", "count": count, "url": link, "since": today}
    return {"title": reader.translate(BRAND) + title, "text": "\n".join(lines), "fields": fields}
