"""What goes wrong most: faults of the last thirty days by their kind."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy.orm import Session

from server.accounts.guards import actor
from server.foundation.durations import DAY_MS
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.monitoring.incidents import queries
from server.monitoring.incidents.catalogue import CODES
from server.monitoring.incidents.models import Incident
from server.monitoring.incidents.queries import Wanted
from server.web.addresses import href
from server.web.charts.columns import Layer
from server.web.charts.ranking import RankedBar, bar

DAYS: Final = 30
SHOWN: Final = 8
FEWEST: Final = 2
MOST: Final = Sentence("{name}最多，{all} 次中有 {n} 次", "{name}: {n} of {all}")


def incidents_by_code(
    session: Session, wanted: Wanted, given: Mapping[str, str]
) -> dict[str, Any] | None:
    """Of what the list is narrowed to, but for its state and kind; None with fewer than two."""
    since_ms = core().clock.now_ms() - DAYS * DAY_MS
    query = queries.in_scope(session, actor(), replace(wanted, state=None, code=None))
    counts = query.where(Incident.raised_at >= since_ms).with_only_columns(
        Incident.code, func.count(), maintain_column_froms=True
    )
    rows = session.execute(counts.group_by(Incident.code))
    found = sorted(((count, code) for code, count in rows), reverse=True)
    total = sum(count for count, _ in found)
    if total < FEWEST:
        return None
    most, first = found[0]
    return {
        "sentence": translate(MOST).format(name=_name(first), n=f"{most:,}", all=f"{total:,}"),
        "bars": [
            RankedBar(
                _name(code),
                f"{count:,}",
                bar([Layer("t-missing", count)], most),
                # A kind of an earlier release can't be asked for.
                href("/incidents", {**given, "state": "all", "code": code})
                if code in CODES
                else None,
            )
            for count, code in found[:SHOWN]
        ],
    }


def _name(code: str) -> str:
    kind = CODES.get(code)
    return translate(kind.name) if kind is not None else code
