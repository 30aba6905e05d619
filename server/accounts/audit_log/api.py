"""`/audit`: who changed what."""

from typing import Any

from apiflask import APIBlueprint
from pydantic import Field

from server.accounts import schemas
from server.accounts.audit_log import reader as trail
from server.accounts.guards import actor, needs
from server.accounts.models import AuditEntry
from server.accounts.serializers import audit_document
from server.foundation.public_ids import number
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import Paging, district_zone, page
from server.foundation.rest.responses import Listed, answers

bp = APIBlueprint("audit", __name__, url_prefix="/api/v1", tag="Audit trail 审计日志")


class AuditFilter(Paging):
    """Filter by object (a public id), action or person."""

    object: str | None = Field(None, max_length=64)
    action: str | None = Field(None, max_length=60)
    user_id: str | None = Field(None, max_length=64)


@bp.get("/audit")
@needs("audit.read")
@bp.input(AuditFilter, location="query")
@answers(Listed[schemas.AuditEntry])
def list_entries(query_data: AuditFilter) -> dict[str, Any]:
    """The audit trail of the people in one's scope, newest first."""
    with core().config.read() as session:
        query = trail.in_scope(session, actor())
        if query_data.object is not None:
            query = query.where(AuditEntry.object == query_data.object)
        if query_data.action is not None:
            query = query.where(AuditEntry.action == query_data.action)
        if query_data.user_id is not None:
            query = query.where(AuditEntry.user_id == number("user", query_data.user_id))
        names = trail.usernames(session)

        def render(entry: AuditEntry) -> dict[str, Any]:
            return audit_document(entry, names.get(entry.user_id or 0), district_zone())

        return page(session, query, AuditEntry.id, query_data, render)
