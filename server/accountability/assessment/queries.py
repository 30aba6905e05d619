"""Reads of assessment packs whose units are all in a person's scope."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, undefer

from server.accountability.assessment.models import AssessmentPack, PackFile, PackUnit
from server.accounts.actor import Actor, forbidden, within
from server.accounts.models import Unit
from server.accounts.roles import Action
from server.foundation.errors import existing
from server.foundation.public_ids import number


def find(session: Session, actor: Actor, action: Action, text: str) -> AssessmentPack:
    """The pack behind a public id. Raises NotFound outside the scope, Forbidden by role."""
    query = in_scope(actor).where(AssessmentPack.id == number("assessment_pack", text))
    row = existing(session.scalar(query))
    if not all(actor.may(action, unit.path) for unit in units_of(session, row.id)):
        raise forbidden()
    return row


def in_scope(actor: Actor, unit_id: str | None = None) -> Select[AssessmentPack]:
    """The packs that a person may read; of one unit if it is named."""
    roots = actor.roots("packs.read")
    seen = ~_has_unit(~within(Unit.path, roots))
    query = select(AssessmentPack).where(seen, _has_unit(within(Unit.path, roots)))
    if unit_id is not None:
        query = query.where(_has_unit(Unit.id == number("unit", unit_id)))
    return query


def units_of(session: Session, pack_id: int) -> Sequence[Unit]:
    """Its units, in the order in which they were asked for."""
    query = select(Unit).join(PackUnit, PackUnit.unit_id == Unit.id)
    return session.scalars(
        query.where(PackUnit.pack_id == pack_id).order_by(PackUnit.position)
    ).all()


def outcomes_of(session: Session, pack_id: int) -> dict[int, list[dict[str, Any]]]:
    """The figures entered by hand, by unit; units without any are left out."""
    query = select(PackUnit.unit_id, PackUnit.outcomes).where(PackUnit.pack_id == pack_id)
    return {row[0]: list(row[1]) for row in session.execute(query) if row[1]}


def files_of(session: Session, pack_id: int) -> Sequence[PackFile]:
    """Its files without their content, unit by unit, the sheet before the paper."""
    query = select(PackFile).join(
        PackUnit, (PackUnit.pack_id == PackFile.pack_id) & (PackUnit.unit_id == PackFile.unit_id)
    )
    query = query.where(PackFile.pack_id == pack_id)
    return session.scalars(query.order_by(PackUnit.position, PackFile.kind.desc())).all()


def file_of(session: Session, pack_id: int, name: str) -> PackFile:
    """The file `u_3.xlsx` with its content. Raises NotFound."""
    unit, dot, kind = name.rpartition(".")
    query = select(PackFile).where(
        PackFile.pack_id == pack_id,
        PackFile.unit_id == number("unit", unit),
        PackFile.kind == kind,
    )
    return existing(session.scalar(query.options(undefer(PackFile.content))) if dot else None)


def content_of(session: Session, file: PackFile) -> bytes:
    """The content of one of its files."""
    query = select(PackFile.content).where(
        PackFile.pack_id == file.pack_id,
        PackFile.unit_id == file.unit_id,
        PackFile.kind == file.kind,
    )
    return session.scalars(query).one()


def figures_of(session: Session, pack_id: int) -> str | None:
    """The canonical text of its figures; None until it is ready."""
    query = select(AssessmentPack.figures).where(AssessmentPack.id == pack_id)
    return session.scalar(query)


def _has_unit(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        PackUnit.pack_id == AssessmentPack.id, PackUnit.unit_id == Unit.id, condition
    )
