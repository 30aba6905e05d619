"""Pages of accounts: signing in and out, people and units."""

import re
from typing import Final

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, or_

from server.accounts.audit_log import reader as trail
from server.accounts.auth import service
from server.accounts.auth.login_throttle import Delays
from server.accounts.auth.request_identity import COOKIE, clear_session_cookie, set_session_cookie
from server.accounts.auth.second_factors.second_factor_required import (
    is_on,
    must_have,
    those_with,
)
from server.accounts.auth.sessions import OpenedSession
from server.accounts.guards import actor, needs, open_to_all, signed_in
from server.accounts.models import AuditEntry, User
from server.accounts.queries import find_unit, root_unit, units_in_scope, users_in_scope
from server.accounts.roles import ROLES
from server.accounts.serializers import token_document, unit_document, user_document
from server.foundation.errors import NotFound, TooMany, Unauthorized
from server.foundation.i18n import Sentence
from server.foundation.phone_masking import masked
from server.foundation.public_ids import number, public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, etag_of
from server.foundation.rest.urgent_requests import goes_on_without_room
from server.inventory.district.links import player_address
from server.inventory.district.queries import ALERTS, settings_document
from server.inventory.district.service import may_change
from server.web.console.settings import audit_entries
from server.web.console.settings.district_choices import grace_rows, share_choices
from server.web.guide.facts import lacking_roles
from server.web.helpers import listed, unit_choices
from server.web.search.object_names import called
from server.web.who_may import ROLE_NAMES

pages = Blueprint("accounts_pages", __name__)

FIRST: Final = {
    "publicity": (
        "xuanchuan",
        Sentence("做素材、排宣传任务、送审。", "Makes media, plans campaigns, submits them."),
    ),
    "reviewer": (
        "shenpi",
        Sentence("审批素材、宣传任务和紧急插播。", "Signs off media, campaigns and takeovers."),
    ),
}
"""By role, the user name that is suggested for its first account, and what the person does."""
# Neither the second slash, nor what addresses lose or turn around on their way.
_OURS = re.compile(r"/(?!/)[^\\\x00-\x20\x7f-\xa0\u2028\u2029]*")


@pages.get("/login")
@open_to_all  # signing in
def sign_in_page() -> ResponseReturnValue:
    """The sign-in page; a person already signed in is redirected."""
    if g.actor is not None:
        return redirect(next_page(request.args.get("next")))
    return render_template(
        "login.html", district=_district(), next=request.args.get("next"), username=""
    )


@pages.post("/login")
@goes_on_without_room
@open_to_all  # signing in
def sign_in() -> ResponseReturnValue:
    """Open a session, or show the reason of the refusal with the name still in place."""
    ticket = request.form.get("ticket", "")
    try:
        opened = _by_code(ticket) if ticket else _by_password()
    except service.NeedsCode as asked:
        return _ask_again(ticket=asked.ticket)
    except (Unauthorized, TooMany) as error:
        again = "" if error.code == "sign_in_anew" else ticket
        return Response(_ask_again(error.detail, ticket=again), error.status)
    response = Response(status=303, headers={"Location": next_page(request.form.get("next"))})
    set_session_cookie(response, opened.secret)
    return response


def _by_password() -> OpenedSession:
    username, password = (request.form.get(name, "") for name in ("username", "password"))
    typed = service.Credentials(username.strip(), password, request.remote_addr or "")
    return service.sign_in(core(), current_app.extensions["anping.delays"], typed)


def _by_code(ticket: str) -> OpenedSession:
    code, address = request.form.get("code", ""), request.remote_addr or ""
    delays: Delays = current_app.extensions["anping.delays"]
    return service.sign_in_by_code(core(), delays, ticket, code, address)


def _district() -> str:
    """Whose server this is, as its people call it."""
    with core().config.read() as session:
        root = root_unit(session)
        return root.name if root is not None else ""


def _ask_again(problem: Sentence | None = None, ticket: str = "") -> str:
    return render_template(
        "login.html",
        district=_district(),
        problem=problem.in_language(language()) if problem else "",
        username=request.form.get("username", "").strip(),
        ticket=ticket,
        next=request.form.get("next"),
    )


@pages.post("/logout")
@goes_on_without_room
@signed_in
def sign_out() -> ResponseReturnValue:
    """End the session."""
    secret = request.cookies.get(COOKIE)
    if secret is not None:
        service.sign_out(core(), actor(), secret)
    response = Response(status=303, headers={"Location": "/login"})
    clear_session_cookie(response)
    return response


@pages.get("/settings")
@signed_in
def settings_page() -> str:
    """One's own account and tokens, and information about this server."""
    with core().config.read() as session:
        me = session.get_one(User, actor().user_id)
        tokens = service.own_tokens(session, actor())
        rules = settings_document(session)
        return render_template(
            "settings/settings.html",
            me=user_document(me, district_zone()),
            has_second=is_on(session, me.id),
            needs_second=must_have(core(), actor()),
            tokens=[token_document(row, district_zone()) for row in tokens],
            may_manage=bool(actor().roots("accounts.manage")),
            may_keys=bool(actor().roots("keys.manage")),
            may_audit=bool(actor().roots("audit.read")),
            may_set=may_change(actor()),
            may_set_alerts=may_change(actor(), ALERTS),
            may_see_rules=bool(actor().roots("incidents.acknowledge")),
            may_see_releases=bool(actor().roots("reports.read")),
            **rules,
            rules_tag=etag_of(rules),
            shares=share_choices(rules["coverage"].values()),
            graces=[
                (kind.code, translate(kind.name), minutes, moves)
                for kind, minutes, moves in grace_rows(rules["uptime"]["grace_s"])
            ],
            player_address=player_address(),
            fixed_address=core().settings.public_url,
        )


@pages.get("/settings/people")
@needs("accounts.manage")
def people_page() -> str:
    """People whom one administers, and a form for a new one."""
    search = request.args.get("q", "").strip()
    with core().config.read() as session:
        units = unit_choices(session, actor(), "accounts.manage")
        found = listed(session, _people_named(search), User.id, _user_in_list)
        numbers = [number("user", str(one["id"])) for one in found["items"]]
        with_second = {public("user", one) for one in those_with(session, numbers)}
        lacking = lacking_roles(session)
    return render_template(
        "settings/people.html",
        users=found["items"],
        **found,
        q=search,
        with_second=with_second,
        lacking=[
            (role, translate(ROLE_NAMES[role]), FIRST[role][0], translate(FIRST[role][1]))
            for role in lacking
            if not search
        ],
        me=public("user", actor().user_id),
        units=units,
        unit_names=dict(units),
        roles=[(role, translate(ROLE_NAMES[role])) for role in ROLES],
        role_names={role: translate(ROLE_NAMES[role]) for role in ROLES},
    )


@pages.get("/settings/units")
@needs("accounts.manage")
def units_page() -> str:
    """The tree of units, and a form for one of them or a new one."""
    chosen = request.args.get("unit")
    with core().config.read() as session:
        rows = session.scalars(units_in_scope(actor(), "accounts.manage")).all()
        edited = find_unit(session, actor(), "accounts.manage", chosen) if chosen else None
        ordered = sorted(rows, key=lambda row: row.path)
        top = min((row.path.count("/") for row in rows), default=0)
        return render_template(
            "settings/units.html",
            rows=[{**unit_document(row), "depth": row.path.count("/") - top} for row in ordered],
            edited=unit_document(edited) if edited else None,
            units=[(public("unit", row.id), row.name) for row in rows],
            unit_names={public("unit", row.id): row.name for row in rows},
        )


@pages.get("/settings/audit")
@needs("audit.read")
def audit_page() -> str:
    """The audit trail, newest first; filtered by the address."""
    given = {name: request.args.get(name, "").strip() for name in ("object", "who", "about")}
    days = {name: request.args.get(name, "").strip() for name in ("from", "to")}
    filters = audit_entries.filter_of(given, days)
    with core().config.read() as session:
        query = trail.narrowed(trail.in_scope(session, actor()), filters)
        people = trail.usernames(session)
        found = listed(session, query, AuditEntry.id)
        entries = found["items"]
        names = called(session, audit_entries.ids_in(entries), language())
    return render_template(
        "settings/audit.html",
        entries=[audit_entries.row_of(one, people.get(one.user_id or 0), names) for one in entries],
        **found,
        given=given,
        days=days,
        filtered=any(given.values()) or any(days.values()),
        abouts=audit_entries.matters(),
    )


def next_page(requested: str | None) -> str:
    """The requested page if it is a path of this site, without scheme, host, backslash or control
    character; `/` for any other address, `/start` if none is requested.

    Browsers drop tabs and line breaks from addresses, and take a backslash for a slash.
    """
    if requested and _OURS.fullmatch(requested):
        return requested
    return "/" if requested else "/start"


def _people_named(search: str) -> Select[User]:
    """People whom one administers, of that name or with that id."""
    query = users_in_scope(actor())
    if not search:
        return query
    columns = (User.username, User.name, User.phone)
    named = or_(*(column.icontains(search, autoescape=True) for column in columns))
    try:
        return query.where(or_(named, User.id == number("user", search)))
    except NotFound:
        return query.where(named)


def _user_in_list(user: User) -> dict[str, object]:
    return {**user_document(user, district_zone()), "phone": masked(user.phone)}
