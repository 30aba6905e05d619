"""Notifies those on duty of a takeover or an urgent campaign that needs a second person.

Urgent: sent during quiet hours too, and never grouped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Unit, User
from server.campaigns.models import Campaign, Takeover
from server.campaigns.overrides.target_screens import counted
from server.campaigns.queries import open_version, unit_path
from server.campaigns.targeting.signoff_scope import Selecting, signers_unit
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.foundation.jobs.service import wake
from server.foundation.phone_masking import masked
from server.foundation.public_ids import number
from server.monitoring.incidents.messages import Reader
from server.monitoring.notifications.models import Message, NotificationTarget
from server.monitoring.notifications.queries import active
from server.monitoring.notifications.sender import put
from server.monitoring.on_call.queries import Asked, asked

EVENT: Final = "approval"
TITLE: Final = Sentence(
    "【安屏】待审批：{drill}{what}“{name}”", "[Anping] To approve: {drill}{what} “{name}”"
)
DRILL: Final = Sentence("（演练）", "(drill) ")
TAKEOVER: Final = Sentence("全屏插播", "takeover")
URGENT: Final = Sentence("加急滚播", "urgent campaign")
WHERE: Final = Sentence("范围：{} 块显示屏，{} 个点位", "Where: {} screens in {} venues")
UNTIL: Final = Sentence("到：{}", "Until: {}")
TEN_MINUTES: Final = Sentence("时长：批准后 10 分钟", "For ten minutes from the approval")
REASON: Final = Sentence("原因：{}", "Reason: {}")
ASKED_BY: Final = Sentence("发起：{}", "Asked for by: {}")
DUTY: Final = Sentence("值班：{}", "On duty: {}")
MAY_SIGN: Final = Sentence("无人值班，可审批：{}", "Nobody is on duty; these may approve: {}")
NOBODY: Final = Sentence("没有可以审批的人", "Nobody may approve")
OPEN: Final = Sentence("审批：{}", "Approve: {}")


@dataclass(frozen=True)
class Waiting:
    """A pending approval for messages; `until_ms` None is ten minutes from the approval.

    `over`: path of the unit in charge of everything that it reaches.
    """

    object_id: str
    what: Sentence
    name: str
    unit: Unit
    author: User
    places: tuple[int, int]
    over: str
    until_ms: int | None
    reason: str = ""
    drill: bool = False


def notify(core: Core, object_id: str) -> None:
    """Create a message for each target of approvals; one for each pending object."""
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        targets = [one for one in active(session) if EVENT in one.events]
        if not targets:
            return
        waiting = _waiting(session, object_id)
    if waiting is None:
        return
    with core.config.write() as session:
        people = asked(core, session, waiting.over, waiting.author.id)
        named = occasion(object_id)
        created = [
            put(session, one, EVENT, named, now_ms, **_content(core, one, waiting, people))
            for one in targets
            if waiting.unit.path.startswith(one.unit.path)
        ]
    if any(one is not None for one in created):
        wake(core)


def occasion(object_id: str) -> str:
    """The occasion of messages on this object."""
    return f"{EVENT}:{object_id}"


def notified_targets(session: Session, object_id: str) -> list[tuple[NotificationTarget, Message]]:
    """The notified targets, with the outcome of each message."""
    query = (
        select(NotificationTarget, Message)
        .join(Message, Message.target_id == NotificationTarget.id)
        .where(Message.occasion == occasion(object_id))
        .order_by(Message.id)
    )
    return [(target, message) for target, message in session.execute(query)]


def _waiting(session: Session, object_id: str) -> Waiting | None:
    if object_id.startswith("t_"):
        return _takeover(session, session.get(Takeover, number("takeover", object_id)))
    return _campaign(session, session.get(Campaign, number("campaign", object_id)))


def _takeover(session: Session, row: Takeover | None) -> Waiting | None:
    if row is None or row.state != "submitted":
        return None
    return Waiting(
        f"t_{row.id}", TAKEOVER, row.label,
        session.get_one(Unit, row.unit_id), session.get_one(User, row.author_id),
        counted(session, row), _over(session, row.unit_id, row),
        row.until_at, row.reason, row.drill,
    )  # fmt: skip


def _campaign(session: Session, row: Campaign | None) -> Waiting | None:
    version = None if row is None else open_version(session, row.id)
    if row is None or version is None or version.standing != "submitted":
        return None
    return Waiting(
        f"k_{row.id}", URGENT, version.name,
        session.get_one(Unit, row.unit_id), session.get_one(User, row.author_id),
        counted(session, version), _over(session, row.unit_id, version), version.ends_at,
    )  # fmt: skip


def _over(session: Session, unit_id: int, row: Selecting) -> str:
    return signers_unit(session, unit_path(session, unit_id), row)


def _content(
    core: Core, target: NotificationTarget, waiting: Waiting, people: Sequence[Asked]
) -> dict[str, Any]:
    """Title, text and fields of a message, in the target's language."""
    reader = Reader(target.language, core.settings.zone, core.settings.public_url)
    translate, until_ms = reader.translate, waiting.until_ms
    title = translate(TITLE).format(
        drill=translate(DRILL) if waiting.drill else "",
        what=translate(waiting.what),
        name=waiting.name,
    )
    author = waiting.author
    lines = [
        title,
        translate(WHERE).format(*waiting.places),
        translate(TEN_MINUTES)
        if until_ms is None
        else translate(UNTIL).format(reader.when(until_ms)),
        *([translate(REASON).format(waiting.reason)] if waiting.reason else []),
        translate(ASKED_BY).format(_person(author.name or author.username, author.phone)),
        _people(target.language, people),
    ]
    link = f"{reader.base.rstrip('/')}/approve/{waiting.object_id}" if reader.base else ""
    lines += [translate(OPEN).format(link)] if link else []
    fields = {"kind": EVENT, "url": link, "unit": waiting.unit.name, "count": waiting.places[0]}
    return {"title": title, "text": "\n".join(lines), "fields": fields}


def _people(tongue: str, people: Sequence[Asked]) -> str:
    if not people:
        return NOBODY.in_language(tongue)
    form = DUTY if people[0].on_duty else MAY_SIGN
    between = ", " if tongue == "en" else "、"
    return form.in_language(tongue).format(
        between.join(_person(one.name, one.phone) for one in people)
    )


def _person(name: str, phone: str) -> str:
    """A person with a masked phone number, as groups with many members read messages."""
    return f"{name} {masked(phone)}".strip()
