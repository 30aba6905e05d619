"""报表 → 考核材料: packs in scope, a form to ask for one, one pack with its files."""

from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, render_template

from server.accountability.assessment import queries
from server.accountability.assessment.labels import OUTCOME_UNITS, OUTCOMES, STATES
from server.accountability.assessment.models import AssessmentPack
from server.accountability.assessment.serializers import pack, pack_document
from server.accounts.guards import actor, needs
from server.foundation.i18n import share_text
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import state_words, translate
from server.foundation.rest.resources import district_zone
from server.reporting.delivery.figures import delivery_rate_of
from server.web.console.report_charts.frame import report_tabs
from server.web.helpers import listed, people_names, query_args, today, unit_choices

pages = Blueprint("pack_pages", __name__)

STEPS: Final = {"cases": ("1", 1_000_000), "loss": ("0.01", 1_000_000), "awareness": ("0.1", 100)}
"""The step and the largest value of each figure's field."""


@pages.get("/assessment-packs")
@needs("packs.read")
def packs_page() -> str:
    """Packs in scope, newest first, and how to get one."""
    with core().config.read() as session:
        found = listed(
            session,
            queries.in_scope(actor()),
            AssessmentPack.id,
            lambda row: pack(session, row, district_zone()),
        )
        return render_template(
            "packs/list.html",
            tabs=report_tabs(),
            packs=found["items"],
            **found,
            may_ask=bool(actor().roots("packs.ask")),
            people=people_names(session),
            **state_words(STATES),
        )


@pages.get("/assessment-packs/new")
@needs("packs.ask")
def new_pack_page() -> str:
    """A form: which units, which days; by default last month."""
    filters = query_args("from", "to")
    first, last = last_month(today())
    with core().config.read() as session:
        return render_template(
            "packs/form.html",
            units=unit_choices(session, actor(), "packs.ask"),
            days={"from": first.isoformat(), "to": last.isoformat(), **filters},
            presets=_presets(today()),
            outcomes=[
                (kind, translate(title), translate(OUTCOME_UNITS[kind]), *STEPS[kind])
                for kind, title in OUTCOMES.items()
            ],
            today=today().isoformat(),
        )


@pages.get("/assessment-packs/<assessment_pack_id>")
@needs("packs.read")
def pack_page(assessment_pack_id: str) -> str:
    """One pack: its figures, its signatures, and its files."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "packs.read", assessment_pack_id)
        units = queries.units_of(session, row.id)
        may_ask = all(actor().may("packs.ask", unit.path) for unit in units)
        document = pack_document(session, row, district_zone())
        people = people_names(session)
    return render_template(
        "packs/detail.html",
        pack=document,
        files=_files_by_unit(document),
        may_retry=may_ask and row.state == "failed",
        people=people,
        share=share_text,
        rate_of=delivery_rate_of,
        outcome_names={kind: translate(title) for kind, title in OUTCOMES.items()},
        outcome_units={kind: translate(unit) for kind, unit in OUTCOME_UNITS.items()},
        **state_words(STATES),
    )


def last_month(now: date) -> tuple[date, date]:
    """The first and the last day of the month before."""
    last = now.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _presets(now: date) -> list[tuple[str, str, str]]:
    """Spans that people ask for: a key, first and last day."""
    first, last = last_month(now)
    monday = now - timedelta(days=now.weekday() + 7)
    spans = [
        ("last_month", first, last),
        ("this_month", now.replace(day=1), now),
        ("last_week", monday, monday + timedelta(days=6)),
    ]
    return [(key, begin.isoformat(), end.isoformat()) for key, begin, end in spans]


def _files_by_unit(document: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for one in document["files"]:
        found.setdefault(one["unit_id"], {})[one["kind"]] = one
    return found
