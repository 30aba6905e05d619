"""抽查: photos to take, pictures to judge, the statistic, and all checks."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, render_template
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone
from server.gateway.commands.labels import BLACK, EXPECTED_CONTENT, NO_PLAN, VERDICTS
from server.inventory.screens import queries as screens
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.reporting.spot_checks import plan as plans
from server.reporting.spot_checks import queries
from server.reporting.spot_checks.labels import (
    FIGURES,
    KINDS,
    LATE,
    ON_SITE,
    STATES,
    UNANSWERED,
    WHYS,
)
from server.reporting.spot_checks.models import SpotCheck
from server.reporting.spot_checks.request_schemas import DAYS, CheckQuery
from server.reporting.spot_checks.serializers import beside, spot_check
from server.reporting.spot_checks.statistic.scope import Question
from server.reporting.spot_checks.statistic.service import Statistic, statistic
from server.web.console.report_charts.frame import report_tabs
from server.web.helpers import (
    chosen_screen,
    listed,
    people_names,
    query_args,
    shown_state,
    today,
    unit_choices,
)
from server.web.todo_rows import Waiting

pages = Blueprint("spot_check_pages", __name__)

JUDGED_AT_ONCE: Final = 20
LIST: Final = "/spot-checks"
TO_JUDGE: Final = Sentence("抽查画面待复核：{} 次", "Spot checks to judge: {}")
TO_PHOTOGRAPH: Final = Sentence("抽查待现场拍照：{}", "Photo of a screen wanted: {}")


@pages.get(LIST)
@needs("reports.read")
def spot_checks_page() -> str:
    """The person's tasks, the statistic so far, and a list of checks."""
    query, given = _query()
    first, last = _days(query)
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        found = statistic(core(), session, actor(), Question(first, last))
        rows = listed(session, queries.listed(actor(), query.wanted(), now_ms), SpotCheck.id)
        judging = session.scalars(queries.to_judge(actor()).limit(JUDGED_AT_ONCE)).all()
        photo_requests = session.scalars(queries.to_photograph(actor(), now_ms)).all()
        plan = plans.load(session)
        return render_template(
            "spot-checks/list.html",
            tabs=report_tabs({"from": first.isoformat(), "to": last.isoformat()}),
            judging=_shown(session, judging),
            more_to_judge=max(_to_judge(session)[0] - len(judging), 0),
            photo_requests=_shown(session, photo_requests),
            checks=_shown(session, rows["items"]),
            next=rows["next"],
            more_href=rows["more_href"],
            given=given,
            span={"from": first.isoformat(), "to": last.isoformat()},
            choices=_choices(session),
            screen=chosen_screen(session, actor(), given.get("screen_id")),
            asked=chosen_screen(session, actor(), given.get("screen_id"), "spot_checks.ask"),
            plan=plans.document(plan),
            drawing=plan.per_day + plan.photos_per_day,
            **_figures(found),
            **_may(session),
        )


@pages.get("/spot-checks/<spot_check_id>")
@needs("reports.read")
def spot_check_page(spot_check_id: str) -> str:
    """One check: shown and expected content side by side, and its verdicts."""
    with core().config.read() as session:
        row = queries.find(session, actor(), queries.READ, spot_check_id)
        mine = queries.in_scope(actor(), "spot_checks.judge").where(SpotCheck.id == row.id)
        (shown,) = _shown(session, [row])
        may_judge = row.state == "answered" and session.scalar(mine) is not None
        return render_template("spot-checks/detail.html", check=shown, may_judge=may_judge)


def waiting(session: Session) -> list[Waiting]:
    """The tasks of the person of this request, as lines of the overview."""
    judging, since_ms = _to_judge(session)
    to_judge = Waiting(translate(TO_JUDGE).format(judging), LIST, since_ms, judging)
    lines = [to_judge] if judging else []
    if actor().roots("spot_checks.photo"):
        photo_requests = session.scalars(
            queries.to_photograph(actor(), core().clock.now_ms())
        ).all()
        where = _where(session, photo_requests)
        lines += [
            Waiting(translate(TO_PHOTOGRAPH).format(where[row.id]), LIST, row.asked_at)
            for row in photo_requests
        ]
    return lines


def _to_judge(session: Session) -> tuple[int, int | None]:
    """The number waiting for the person's verdict, and since when the first one (ms UTC)."""
    if not actor().roots("spot_checks.judge"):
        return 0, None
    columns = (func.count(), func.min(SpotCheck.answered_at))
    query = queries.to_judge(actor()).order_by(None)
    count, since_ms = session.execute(
        query.with_only_columns(*columns, maintain_column_froms=True)
    ).one()
    return count, since_ms


def _days(query: CheckQuery) -> tuple[date, date]:
    """The days in this page's address, or the last thirty."""
    last = query.to or today()
    return min(query.from_ or last - timedelta(days=DAYS - 1), last), last


def _query() -> tuple[CheckQuery, dict[str, str]]:
    """The filters of the list; invalid ones are ignored."""
    given = query_args("standing", "why", "kind", "screen_id", "counted", "from", "to")
    try:
        query = CheckQuery.model_validate(given)
    except ValidationError as error:
        for wrong in error.errors():
            given.pop(str(wrong["loc"][0]), None)
        query = CheckQuery.model_validate(given)
    return query, given


def _may(session: Session) -> dict[str, Any]:
    """The person's permissions on this page."""
    in_reach = screens.in_scope(actor(), "spot_checks.ask").with_only_columns(Screen.id).limit(1)
    return {
        "may_ask": session.scalar(in_reach) is not None,
        "may_judge": bool(actor().roots("spot_checks.judge")),
        "may_plan": plans.may_change(actor()),
    }


def _choices(session: Session) -> dict[str, Any]:
    return {
        "units": unit_choices(session, actor(), "spot_checks.ask"),
        "standing": [
            *((key, translate(name)) for key, (name, _) in STATES.items()),
            ("unanswered", translate(UNANSWERED)),
        ],
        "why": [(key, translate(name)) for key, name in WHYS.items()],
        "kind": [(key, translate(name)) for key, name in KINDS.items()],
    }


def _figures(found: Statistic) -> dict[str, Any]:
    """The statistic as a sentence and small figures."""
    figures = found.as_json()
    return {
        "sentence": translate(found.sentence),
        "figures": [(key, translate(name), figures[key]) for key, name in FIGURES.items()],
        "statistic": figures,
    }


def _shown(session: Session, rows: Sequence[SpotCheck]) -> list[dict[str, Any]]:
    now_ms, numbers = core().clock.now_ms(), {row.screen_id for row in rows}
    related = beside(session, actor(), rows, now_ms)
    where, people = _where(session, rows), people_names(session)
    opening = screens.in_scope(actor()).with_only_columns(Screen.id)
    opens = set(session.scalars(opening.where(Screen.id.in_(numbers))))
    found = []
    for row in rows:
        document = spot_check(row, related, district_zone())
        found.append(
            {
                **document,
                "where": where[row.id],
                "opens": row.screen_id in opens,
                "why_text": translate(WHYS[row.why]),
                "kind_text": translate(KINDS[row.kind]),
                **shown_state(STATES[_state_of(document)]),
                "late_text": translate(LATE) if row.late else "",
                "hint_text": translate(VERDICTS[row.hint][0]) if row.hint else "",
                "hint_tone": VERDICTS[row.hint][1] if row.hint else "",
                "expected_text": _expected_text(document["meant"]) if row.facts is not None else "",
                "judge": people.get(document["judged_by"] or "", ""),
                "asker": people.get(document["asked_by"] or "", ""),
                "sender": people.get(document["answered_by"] or "", _nobody(row)),
                "overdue": now_ms > row.due_at,
            }
        )
    return found


def _nobody(row: SpotCheck) -> str:
    """The sender of a photo without an account."""
    return translate(ON_SITE) if row.kind == "photo" and row.answered_at is not None else ""


def _state_of(document: dict[str, Any]) -> str:
    if document["state"] != "answered":
        return str(document["state"])
    return document["verdict"] or "waiting"


def _expected_text(found: list[dict[str, Any]]) -> str:
    """The content that was due on the screen, in words."""
    if not found:
        return translate(NO_PLAN)
    names = [one["name"] or (translate(BLACK) if one["asset"] is None else "–") for one in found]
    return f"{translate(EXPECTED_CONTENT[found[0]['what']])} {'、'.join(names)}"


def _where(session: Session, rows: Sequence[SpotCheck]) -> dict[int, str]:
    """By check, the venue at which it was drawn, and the screen's name."""
    query = select(SpotCheck.id, Venue.name, Screen.name)
    query = query.join(Venue, SpotCheck.venue_id == Venue.id)
    query = query.join(Screen, SpotCheck.screen_id == Screen.id)
    found = session.execute(query.where(SpotCheck.id.in_([row.id for row in rows])))
    return {key: f"{venue} {name}".strip() for key, venue, name in found}
