"""The door of `/v/<code>`: no account, no session, one answer for whatever leads nowhere.

Errors come as the page, or as RFC 9457 documents to whoever sends or asks for JSON.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from flask import Response, current_app, json, render_template, request

from server.accounts.guards import open_to_all
from server.content.uploads.multipart import read_on
from server.foundation.errors import AnpingError, Forbidden, NotFound, TooMany
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.security_headers import same_origin
from server.web.venue_page.rate_limits import Limits

LIMITS: Final = "anping.onsite"
PREFIX: Final = "/v/"
FOREIGN: Final = Sentence(
    "请求不是从本页发出的，请重新扫码打开页面。",
    "This wasn't sent from the page itself: scan the code again.",
)
View = Callable[[str], Response]
Again = Callable[[str, AnpingError], Response]
"""Shows the page again with what was refused."""


class NoSuchPage(AnpingError):
    """The code was never one, was revoked, or its screen has no page: nobody hears which."""

    status = 404
    title = Sentence("没有这个页面", "No such page")
    default_code = "no_such_page"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "没有这个页面：二维码可能已经更换。请扫屏幕上最新的张贴码，或联系责任单位。",
                "There is no such page: the code may have been replaced. Scan the newest sticker, "
                "or call the unit that is responsible for the screen.",
            )
        )


def limits() -> Limits:
    """What this process has counted."""
    return cast("Limits", current_app.extensions[LIMITS])


def address() -> str:
    """Who asks, as far as a network knows."""
    return request.remote_addr or ""


def wants_json() -> bool:
    """Whether a program asks: by what it sends, or by what it takes."""
    if request.is_json:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"


def door(again: Again | None = None) -> Callable[[View], View]:
    """The route is for whoever has a screen's code; `again` shows the page with a refusal."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(code: str) -> Response:
            try:
                _refuse_foreign()
                answer = view(code)
            except NotFound:
                answer = _heard(_nowhere())
            except AnpingError as error:
                answer = _heard(_refused(error, code, again))
            return _sealed(answer)

        return open_to_all(guarded)  # the code in the address is all there is

    return decorate


def _refuse_foreign() -> None:
    """A browser says where a form comes from; what says nothing is no browser."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin is not None and not same_origin(origin):
        raise Forbidden(FOREIGN, code="csrf")


def _heard(answer: Response) -> Response:
    """Who is still sending a photo hears of nothing before it is read."""
    if request.mimetype == "multipart/form-data":
        read_on(request)
    return answer


def _nowhere() -> Response:
    try:
        limits().codes.add(address(), core().clock.now_ms())
    except TooMany as error:
        answer = _plain(NoSuchPage())
        answer.status_code = error.status
        answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer
    return _plain(NoSuchPage())


def _refused(error: AnpingError, code: str, again: Again | None) -> Response:
    if wants_json() or again is None:
        answer = _plain(error)
    else:
        try:
            answer = again(code, error)
        except NotFound:
            return _nowhere()
        answer.status_code = error.status
    if error.retry_after_s is not None:
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _plain(error: AnpingError) -> Response:
    """The refusal alone: as a document, or a page without anything of a screen."""
    problem: dict[str, Any] = error.problem(language())
    if wants_json():
        return Response(json.dumps(problem), error.status, mimetype="application/problem+json")
    page = render_template("onsite/none.html", problem=problem)
    return Response(page, error.status, mimetype="text/html")


def _sealed(answer: Response) -> Response:
    """Nobody keeps it, finds it, or hears of its address."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    # `no-referrer` would take the Origin from our own forms too; this tells no other site.
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer
