"""JSON documents of units, people, tokens and the audit trail."""

from datetime import tzinfo
from typing import Any

from server.accounts import schemas
from server.accounts.auth.second_factors.second_factor import FactorStatus
from server.accounts.models import ApiToken, AuditEntry, Unit, User
from server.foundation.rest.documents import document
from server.foundation.rest.resources import iso


def unit_document(unit: Unit) -> dict[str, Any]:
    """A unit; the root has no parent."""
    return document(schemas.Unit, unit)


def user_document(user: User, zone: tzinfo) -> dict[str, Any]:
    """A person, without secrets."""
    roles = [document(schemas.RoleHeld, row) for row in user.roles]
    return document(schemas.User, user, zone, roles=roles)


def factor_document(found: FactorStatus, zone: tzinfo) -> dict[str, Any]:
    """A person's second factor, without its secret."""
    return {
        "on": found.on_since is not None,
        "since": iso(found.on_since, zone),
        "recovery_codes_left": found.codes_left,
        "required": found.required,
    }


def token_document(row: ApiToken, zone: tzinfo) -> dict[str, Any]:
    """A bearer token, without the token itself."""
    return document(schemas.Token, row, zone)


def audit_document(entry: AuditEntry, username: str | None, zone: tzinfo) -> dict[str, Any]:
    """A change and its author; `user_id` is null for the server itself."""
    return document(schemas.AuditEntry, entry, zone, number=entry.id, username=username)
