"""The size of text in one browser: `?text_size=large`, then the cookie."""

from typing import Final

from flask import Response, request

from server.accounts.auth.forwarded_identity import carried

COOKIE: Final = "anping_text_size"
SIZES: Final = ("normal", "large")
YEAR_S: Final = 31_536_000


def text_size() -> str:
    """That of this request; `normal` unless the browser has chosen."""
    return _asked() or _valid(request.cookies.get(COOKIE)) or SIZES[0]


def remember_text_size(response: Response) -> Response:
    """A size that was asked for in the address is kept for the next pages."""
    size = _asked()
    # A page of the reading process is answered by the process with the session, which keeps it.
    if size and carried() is None and not request.path.startswith("/api/"):
        response.set_cookie(
            COOKIE, size, max_age=YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response


def _asked() -> str | None:
    return _valid(request.args.get("text_size"))


def _valid(size: str | None) -> str | None:
    return size if size in SIZES else None
