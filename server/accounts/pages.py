"""Pages of accounts: signing in and out, people and units."""

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, or_

from server.accounts import service, trail
from server.accounts.delays import Delays
from server.accounts.documents import (
    audit_document,
    token_document,
    unit_document,
    user_document,
)
from server.accounts.guards import actor, needs, open_to_all, signed_in
from server.accounts.identity import COOKIE, clear_session_cookie, set_session_cookie
from server.accounts.models import AuditEntry, User
from server.accounts.queries import find_unit, units_in_scope, users_in_scope
from server.accounts.roles import ROLES, Role
from server.district.queries import ALERTS, settings_document
from server.district.service import may_change
from server.district.wording import grace_rows, share_choices
from server.errors import NotFound, TooMany, Unauthorized
from server.extensions import core
from server.ids import number, public
from server.problems import language
from server.rest import district_zone, etag_of
from server.texts import Sentence
from server.web.reading import listed, player_address, say, unit_choices

pages = Blueprint("accounts_pages", __name__)

ROLE_NAMES: dict[Role, Sentence] = {
    "admin": Sentence("管理员", "Administrator"),
    "publicity": Sentence("宣传", "Publicity"),
    "reviewer": Sentence("审批", "Reviewer"),
    "transport": Sentence("交通运输", "Transport"),
    "venue": Sentence("点位联系人", "Venue contact"),
    "viewer": Sentence("查看", "Viewer"),
    "auditor": Sentence("审计", "Auditor"),
}


@pages.get("/login")
@open_to_all  # signing in
def sign_in_page() -> ResponseReturnValue:
    """The sign-in page; whoever is signed in goes on."""
    if g.actor is not None:
        return redirect(next_page(request.args.get("next")))
    return render_template("login.html", next=request.args.get("next"), username="")


@pages.post("/login")
@open_to_all  # signing in
def sign_in() -> ResponseReturnValue:
    """Open a session, or say why not with the name still in place."""
    username = request.form.get("username", "").strip()
    typed = service.Credentials(
        username, request.form.get("password", ""), request.remote_addr or ""
    )
    delays: Delays = current_app.extensions["anping.delays"]
    try:
        opened = service.sign_in(core(), delays, typed)
    except (Unauthorized, TooMany) as error:
        text = error.detail.in_language(language())
        wish = request.form.get("next")
        page = render_template("login.html", problem=text, username=username, next=wish)
        return Response(page, error.status)
    response = Response(status=303, headers={"Location": next_page(request.form.get("next"))})
    set_session_cookie(response, opened.secret)
    return response


@pages.post("/logout")
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
    """One's own account and tokens, and what this server is."""
    with core().config.read() as session:
        me = session.get_one(User, actor().user_id)
        tokens = service.own_tokens(session, actor())
        rules = settings_document(session)
        return render_template(
            "settings/settings.html",
            me=_user(me),
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
                (kind.code, say(kind.name), minutes, moves)
                for kind, minutes, moves in grace_rows(rules["uptime"]["grace_s"])
            ],
            version=current_app.config["ANPING_VERSION"],
            zone=core().settings.timezone,
            player_address=player_address(),
        )


@pages.get("/settings/people")
@needs("accounts.manage")
def people_page() -> str:
    """People whom one administers, and a form for a new one."""
    wish = request.args.get("q", "").strip()
    with core().config.read() as session:
        units = unit_choices(session, actor(), "accounts.manage")
        found = listed(session, _people_named(wish), User.id, _user)
    return render_template(
        "settings/people.html",
        users=found["items"],
        next=found["next"],
        more_href=found["more_href"],
        q=wish,
        me=public("user", actor().user_id),
        units=units,
        unit_names=dict(units),
        roles=[(role, say(ROLE_NAMES[role])) for role in ROLES],
        role_names={role: say(ROLE_NAMES[role]) for role in ROLES},
    )


@pages.get("/settings/units")
@needs("accounts.manage")
def units_page() -> str:
    """The tree of units, and a form for one of them or a new one."""
    chosen = request.args.get("unit")
    with core().config.read() as session:
        rows = session.scalars(units_in_scope(actor(), "accounts.manage")).all()
        edited = find_unit(session, actor(), "accounts.manage", chosen) if chosen else None
        return render_template(
            "settings/units.html",
            rows=[unit_document(row) for row in sorted(rows, key=lambda row: row.path)],
            edited=unit_document(edited) if edited else None,
            units=[(public("unit", row.id), row.name) for row in rows],
            unit_names={public("unit", row.id): row.name for row in rows},
        )


@pages.get("/settings/audit")
@needs("audit.read")
def audit_page() -> str:
    """Who changed what, newest first; of one object if the address names it."""
    wanted = request.args.get("object")
    with core().config.read() as session:
        query = trail.in_scope(session, actor())
        if wanted:
            query = query.where(AuditEntry.object == wanted)
        names = trail.usernames(session)

        def render(entry: AuditEntry) -> dict[str, object]:
            shown = audit_document(entry, names.get(entry.user_id or 0), district_zone())
            facts = ((key, value) for key, value in entry.detail.items() if value not in (None, ""))
            return {**shown, "text": "，".join(f"{key}={value}" for key, value in facts)}

        found = listed(session, query, AuditEntry.id, render)
    return render_template(
        "settings/audit.html",
        entries=found["items"],
        next=found["next"],
        more_href=found["more_href"],
    )


def next_page(wish: str | None) -> str:
    """A page of ours only: `//elsewhere` would lead away."""
    if wish and wish.startswith("/") and not wish.startswith(("//", "/\\")):
        return wish
    return "/"


def _people_named(wish: str) -> Select[User]:
    """People whom one administers, of that name or with that id."""
    query = users_in_scope(actor())
    if not wish:
        return query
    columns = (User.username, User.name, User.phone)
    named = or_(*(column.icontains(wish, autoescape=True) for column in columns))
    try:
        return query.where(or_(named, User.id == number("user", wish)))
    except NotFound:
        return query.where(named)


def _user(user: User) -> dict[str, object]:
    return user_document(user, district_zone())
