"""Queries of releases: the live one, the active roll-out, desired builds."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.core import Core
from server.foundation.errors import existing
from server.foundation.public_ids import number
from server.gateway.rollouts.models import PlayerFile, PlayerRelease, ReleaseScreen
from server.gateway.rollouts.rounds.health_rules import ScreenProgress
from server.gateway.rollouts.rounds.rings import Ring
from server.gateway.rollouts.rounds.steps import Course, Rules, wanted
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope

# Run every second, nearly always without result.
_STAMP: Final = (
    "SELECT id, state, ring, started_at, resumed_at, completed_at, "
    "(SELECT COUNT(*) FROM release_screens WHERE state = 'failed') "
    "FROM player_releases ORDER BY id"
)
_DUE: Final = (
    "SELECT id FROM player_releases WHERE state IN ('rolling', 'halted') "
    "OR (state = 'registered' AND started_at IS NULL) LIMIT 1"
)


def live(session: Session) -> PlayerRelease | None:
    """The release that runs wherever no roll-out differs."""
    query = select(PlayerRelease).where(PlayerRelease.state == "complete")
    return session.scalar(query.order_by(PlayerRelease.completed_at.desc()).limit(1))


def before_live(session: Session) -> PlayerRelease | None:
    """The release that would be live without the live one."""
    query = select(PlayerRelease).where(PlayerRelease.state == "complete")
    return session.scalar(query.order_by(PlayerRelease.completed_at.desc()).offset(1).limit(1))


def active(session: Session) -> PlayerRelease | None:
    """The release of the rolling or halted roll-out; there is at most one."""
    query = select(PlayerRelease).where(PlayerRelease.state.in_(("rolling", "halted")))
    return session.scalar(query.limit(1))


def newest(session: Session) -> PlayerRelease | None:
    """The latest registered release."""
    return session.scalar(select(PlayerRelease).order_by(PlayerRelease.id.desc()).limit(1))


def find(session: Session, text: str) -> PlayerRelease:
    """The row behind a public id. Raises NotFound."""
    return existing(session.get(PlayerRelease, number("player_release", text)))


def by_digest(session: Session, release: str) -> PlayerRelease | None:
    """The release whose name ends with this digest."""
    query = select(PlayerRelease).where(PlayerRelease.name.endswith(f"+{release}", autoescape=True))
    return session.scalar(query.limit(1))


def content(session: Session, name: str, release: PlayerRelease | None) -> bytes | None:
    """A file of a release, or of any release if its name has a digest; None if unknown."""
    digest = release.files.get(name) if release is not None else None
    if digest is None:
        rows = session.scalars(select(PlayerRelease.files))
        digest = next((files[name] for files in rows if name in files), None)
    row = session.get(PlayerFile, digest) if digest is not None else None
    return row.content if row is not None else None


def progress_by_screen(session: Session, release: int) -> dict[int, ScreenProgress]:
    """By screen, its progress in a roll-out."""
    columns: tuple[Any, ...] = (
        ReleaseScreen.screen_id,
        ReleaseScreen.ring,
        ReleaseScreen.state,
        ReleaseScreen.told_at,
        ReleaseScreen.updated_at,
        ReleaseScreen.failed_at,
        ReleaseScreen.reason,
        ReleaseScreen.before,
    )
    rows = session.execute(select(*columns).where(ReleaseScreen.release_id == release))
    return {row[0]: ScreenProgress(*row) for row in rows}


def course_of(row: PlayerRelease) -> Course:
    """The progress of a roll-out."""
    return Course(
        target=row.name,
        rules=rules_of(row),
        state="halted" if row.state == "halted" else "rolling",
        ring=row.ring,
        resumed_ms=row.resumed_at or 0,
    )


def rules_of(row: PlayerRelease) -> Rules:
    """The parameters of a roll-out."""
    stored = dict(row.rules or {})
    rings = tuple(Ring(**one) for one in stored.pop("rings", ()))
    return Rules(rings, **stored)


def desired_builds(session: Session) -> tuple[str, Mapping[int, str]]:
    """The build for all screens, and those of screens that differ."""
    usual = live(session)
    if usual is None:
        return "", {}
    special = {
        screen: usual.former
        for screen, one in progress_by_screen(session, usual.id).items()
        if one.state == "failed" and usual.former
    }
    rolled = active(session)
    if rolled is not None:
        course = course_of(rolled)
        for screen, one in progress_by_screen(session, rolled.id).items():
            former = special.get(screen, usual.name)
            special[screen] = wanted(course, one, former)
    return usual.name, special


def stamp(core: Core) -> object:
    """Changes with every decision on releases and every failure, but not with other progress.

    Failures are few; that they become fewer is the only trace of a retry after the end.
    """
    return core.config.all(_STAMP)


def is_any_due(core: Core) -> bool:
    """Whether a roll-out is active, or a release waits for its start."""
    return core.config.first(_DUE) is not None


def running(session: Session, actor: Actor | None = None) -> dict[str, int]:
    """Number of screens in service by last reported player; of all screens without an actor."""
    query = select(Screen) if actor is None else in_scope(actor)
    query = query.where(
        Screen.enrolled_at.is_not(None), Screen.revoked_at.is_(None), Screen.retired_at.is_(None)
    )
    counted = query.with_only_columns(Screen.player, func.count()).group_by(Screen.player)
    return dict(session.execute(counted).all())
