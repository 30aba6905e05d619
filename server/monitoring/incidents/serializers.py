"""Incidents in the API's form."""

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from server.foundation.phone_masking import masked
from server.foundation.public_ids import public
from server.foundation.rest.documents import document
from server.foundation.rest.resources import iso
from server.monitoring.incidents import schemas
from server.monitoring.incidents.affected_units import PATHS
from server.monitoring.incidents.catalogue import CODES
from server.monitoring.incidents.models import Incident
from server.monitoring.incidents.site_reports import KINDS
from server.monitoring.incidents.with_names import Named, named


def incident_documents(
    session: Session, rows: Iterable[Incident], language: str, zone: tzinfo, now_ms: int
) -> dict[int, dict[str, Any]]:
    """The documents of some incidents by number, with names loaded in one query."""
    found = named(session, [row.id for row in rows])
    return {one.incident.id: _document(one, language, zone, now_ms) for one in found}


def without_age(document: dict[str, Any]) -> dict[str, Any]:
    """The editable part of an incident, for its ETag; the age changes all the time."""
    return {name: value for name, value in document.items() if name not in ("age_s", "facts")}


def masked_order(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a masked phone, for lists and people not in charge."""
    order = document["order"]
    return {**document, "order": order and {**order, "phone": masked(order["phone"])}}


def _document(one: Named, language: str, zone: tzinfo, now_ms: int) -> dict[str, Any]:
    row = one.incident
    kind = CODES.get(row.code)
    return document(
        schemas.Incident,
        row,
        zone,
        name=kind.name.in_language(language) if kind else row.code,
        unit_id=one.unit_id,
        where=" ".join(part for part in (one.line, one.where) if part),
        age_s=max(0, (row.until or now_ms) - row.since) // 1000,
        facts=_facts(row, language, zone),
        advice=kind.advice.in_language(language) if kind else "",
        order=_order(row, zone),
        ends_by_itself=kind is None or not kind.by_event,
    )


def _facts(row: Incident, language: str, zone: tzinfo) -> dict[str, Any]:
    """The facts of its code; reports from the venue with their times and photos."""
    facts = {name: value for name, value in row.facts.items() if name != PATHS}
    if "reports" in facts:
        facts["reports"] = [_report(row, one, language, zone) for one in facts["reports"]]
    return facts


def _report(row: Incident, one: Mapping[str, Any], language: str, zone: tzinfo) -> dict[str, Any]:
    number, name = public("incident", row.id), KINDS.get(one["kind"])
    photo = f"/api/v1/incidents/{number}/reports/{one['id']}/photo" if one["photo"] else None
    return {
        "at": iso(one["at_ms"], zone),
        "kind": one["kind"],
        "name": name.in_language(language) if name is not None else one["kind"],
        "text": one["text"],
        "photo": photo,
    }


def _order(row: Incident, zone: tzinfo) -> dict[str, Any] | None:
    if row.dispatched_at is None:
        return None
    given = {"phone": row.firm_phone, "note": row.order_note, "at": row.dispatched_at}
    return document(schemas.Order, row, zone, **given)
