"""The same change to many screens, within the caller's transaction: all of them or none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.roles import Action
from server.foundation.errors import Fault, Forbidden, Invalid, NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number
from server.inventory.screens import queries
from server.inventory.screens.models import Screen, ScreenPause

UNKNOWN = Sentence("没有找到。", "There is none.")
GONE = Sentence("该显示屏已停用或吊销。", "This screen was retired or revoked.")
IN_SERVICE = (Screen.retired_at.is_(None), Screen.revoked_at.is_(None))
MOST_TAGS = 50
TOO_MANY = Sentence("标签超过 50 个。", "It would have more than 50 tags.")


def named(session: Session, actor: Actor, action: Action, texts: Sequence[str]) -> list[int]:
    """The numbers of these screens. Raises Invalid with a fault for each that can't be."""
    found, faults = among(session, actor, action, texts, *IN_SERVICE)
    if faults:
        raise Invalid(faults[0].detail, faults=faults)
    return sorted(found)


def among(
    session: Session,
    actor: Actor,
    action: Action,
    texts: Sequence[str],
    *wanted: ColumnElement[bool],
) -> tuple[set[int], list[Fault]]:
    """The numbers of these screens that are wanted, and a fault for each other one.

    Thousands are read in one query; only refused ones are examined singly.
    """
    numbers: list[int | None] = []
    for text in texts:
        try:
            numbers.append(number("screen", text))
        except NotFound:
            numbers.append(None)
    asked = Screen.id.in_({one for one in numbers if one is not None})
    query = queries.in_scope(actor, action).where(asked, *wanted)
    found = set(session.scalars(query.with_only_columns(Screen.id)))
    faults = [
        _fault(session, actor, action, text, place)
        for place, (text, one) in enumerate(zip(texts, numbers, strict=True))
        if one not in found
    ]
    return found, faults


def matching(
    session: Session, actor: Actor, action: Action, *wanted: ColumnElement[bool]
) -> set[int]:
    """Screens in service on which the person may do `action`."""
    query = queries.in_scope(actor, action).where(*wanted, *IN_SERVICE)
    return set(session.scalars(query.with_only_columns(Screen.id)))


def add_tags(session: Session, screens: Collection[int], tags: Sequence[str]) -> None:
    """Add these tags. Raises Invalid if a screen would have too many."""
    for screen in _rows(session, screens):
        kept = list(dict.fromkeys([*screen.tags, *tags]))
        if len(kept) > MOST_TAGS:
            detail = Sentence(f"{screen.name}：{TOO_MANY.zh}", f"{screen.name}: {TOO_MANY.en}")
            raise Invalid.at("/tags", detail)
        screen.tags = kept


def remove_tags(session: Session, screens: Collection[int], tags: Sequence[str]) -> None:
    """Remove these tags."""
    for screen in _rows(session, screens):
        screen.tags = [one for one in screen.tags if one not in tags]


@dataclass(frozen=True)
class Pause:
    """[from_ms, until_ms) in which screens are declared off, the reason, and the author."""

    from_ms: int
    until_ms: int
    reason: str
    user_id: int


def pause(session: Session, screens: Collection[int], period: Pause) -> None:
    """Pause the screens; a running pause is ended."""
    resume(session, screens, period.from_ms)
    session.add_all(
        ScreenPause(
            screen_id=screen,
            from_at=period.from_ms,
            until_at=period.until_ms,
            reason=period.reason,
            user_id=period.user_id,
        )
        for screen in sorted(screens)
    )


def resume(session: Session, screens: Collection[int], now_ms: int) -> None:
    """End running pauses."""
    running = (ScreenPause.screen_id.in_(screens), ScreenPause.until_at > now_ms)
    session.execute(update(ScreenPause).where(*running).values(until_at=now_ms))


def _rows(session: Session, screens: Collection[int]) -> Sequence[Screen]:
    return session.scalars(select(Screen).where(Screen.id.in_(screens)).order_by(Screen.id)).all()


def _fault(session: Session, actor: Actor, action: Action, text: str, place: int) -> Fault:
    pointer = f"/screen_ids/{place}"
    try:
        queries.find(session, actor, action, text)
    except (NotFound, Forbidden) as refused:
        return refusal(pointer, refused)
    return Fault(pointer, GONE)


def refusal(pointer: str, refused: NotFound | Forbidden) -> Fault:
    """The fault of one object that the person may not use."""
    return Fault(pointer, refused.detail if isinstance(refused, Forbidden) else UNKNOWN)
