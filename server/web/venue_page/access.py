"""The guard of `/v/<code>`: no account, no session, one answer for all invalid codes.

Errors come as the page, or as RFC 9457 documents for clients that send or ask for JSON.
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
FOREIGN: Final = Sentence(
    "请求不是从本页发出的，请重新扫码打开页面。",
    "This wasn't sent from the page itself: scan the code again.",
)
View = Callable[[str], Response]
Again = Callable[[str, AnpingError], Response]
"""Renders the page again with the refused input."""


class NoSuchPage(AnpingError):
    """The code is unknown or revoked, or its screen has no page: all give the same answer."""

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
    """The counts of this process."""
    return cast("Limits", current_app.extensions[LIMITS])


def address() -> str:
    """The client's network address."""
    return request.remote_addr or ""


def wants_json() -> bool:
    """Whether the client is a program: by its content type, or by its Accept header."""
    if request.is_json:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"


def door(again: Again | None = None) -> Callable[[View], View]:
    """The route is open to holders of a screen's code; `again` renders the page with a refusal."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(code: str) -> Response:
            try:
                _refuse_foreign()
                answer = view(code)
            except NotFound:
                answer = _drained(_nowhere())
            except AnpingError as error:
                answer = _drained(_refused(error, code, again))
            return _sealed(answer)

        return open_to_all(guarded)  # the code in the address is all there is

    return decorate


def _refuse_foreign() -> None:
    """Refuse forms from other sites, by the Origin that browsers send."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin is not None and not same_origin(origin):
        raise Forbidden(FOREIGN, code="csrf")


def _drained(answer: Response) -> Response:
    """Read the rest of an upload first, as its sender can't receive the answer before."""
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
    """Keep the answer out of caches, search engines and referrers."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    # `no-referrer` would take the Origin from our own forms too; this sends nothing to other sites.
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer
