"""Pages of accounts: signing in and out, people and units."""

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from server.accounts import service
from server.accounts.delays import Delays
from server.accounts.documents import user_document
from server.accounts.guards import actor, needs, open_to_all, signed_in
from server.accounts.identity import COOKIE, clear_session_cookie, set_session_cookie
from server.accounts.models import User
from server.accounts.queries import users_in_scope
from server.accounts.roles import ROLES, Role
from server.errors import TooMany, Unauthorized
from server.extensions import core
from server.problems import language
from server.rest import district_zone
from server.texts import Sentence
from server.web.reading import listed, say, unit_choices

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
@needs("reports.read")
def settings_page() -> str:
    """People, units, version."""
    may_manage = bool(actor().roots("accounts.manage"))
    with core().config.read() as session:
        units = unit_choices(session, actor(), "accounts.manage" if may_manage else "reports.read")
        users = (
            listed(session, users_in_scope(actor()), User.id, _user)["items"] if may_manage else []
        )
    return render_template(
        "settings/settings.html",
        may_manage=may_manage,
        users=users,
        units=units,
        unit_names=dict(units),
        roles=[(role, say(ROLE_NAMES[role])) for role in ROLES],
        role_names={role: say(ROLE_NAMES[role]) for role in ROLES},
        version=current_app.config["ANPING_VERSION"],
    )


def next_page(wish: str | None) -> str:
    """A page of ours only: `//elsewhere` would lead away."""
    if wish and wish.startswith("/") and not wish.startswith(("//", "/\\")):
        return wish
    return "/"


def _user(user: User) -> dict[str, object]:
    return user_document(user, district_zone())
