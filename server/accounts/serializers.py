"""JSON documents of units, people, tokens and the audit trail."""

from datetime import tzinfo
from typing import Any

from server.accounts.auth.second_factors.second_factor import Standing
from server.accounts.models import ApiToken, AuditEntry, Unit, User
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso


def unit_document(unit: Unit) -> dict[str, Any]:
    """A unit; the root has no parent."""
    return {
        "id": public("unit", unit.id),
        "name": unit.name,
        "parent_id": public("unit", unit.parent_id) if unit.parent_id is not None else None,
        "code": unit.code,
        "leader": unit.leader,
        "contact": unit.contact,
    }


def user_document(user: User, zone: tzinfo) -> dict[str, Any]:
    """A person, without secrets."""
    return {
        "id": public("user", user.id),
        "username": user.username,
        "name": user.name,
        "phone": user.phone,
        "unit_id": public("unit", user.unit_id),
        "roles": [{"role": row.role, "unit_id": public("unit", row.unit_id)} for row in user.roles],
        "language": user.language,
        "disabled": user.disabled,
        "created_at": iso(user.created_at, zone),
    }


def factor_document(found: Standing, zone: tzinfo) -> dict[str, Any]:
    """A person's second factor, without its secret."""
    return {
        "on": found.on_since is not None,
        "since": iso(found.on_since, zone),
        "recovery_codes_left": found.codes_left,
        "required": found.required,
    }


def token_document(row: ApiToken, zone: tzinfo) -> dict[str, Any]:
    """A bearer token, without the token itself."""
    return {
        "id": public("token", row.id),
        "name": row.name,
        "created_at": iso(row.created_at, zone),
        "expires_at": iso(row.expires_at, zone),
    }


def audit_document(entry: AuditEntry, username: str | None, zone: tzinfo) -> dict[str, Any]:
    """A change and its author; `user_id` is null for the server itself."""
    return {
        "number": entry.id,
        "at": iso(entry.at, zone),
        "user_id": public("user", entry.user_id) if entry.user_id is not None else None,
        "username": username,
        "action": entry.action,
        "object": entry.object,
        "detail": entry.detail,
        "hash": entry.hash,
    }
