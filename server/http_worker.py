"""Gunicorn's worker, answering in one error shape what it refuses before there is a request."""

import json
import socket
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.ggevent import GeventWorker

from server.problem_texts import code_of, sentence_of

log = structlog.get_logger(__name__)

# What isn't here and is a fault of the request is 400.
STATUSES: Final[Mapping[type[Exception], int]] = {
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.UnsupportedTransferCoding: 501,
    errors.ForbiddenProxyRequest: 403,
}


class ProblemWorker(GeventWorker):  # type: ignore[misc] # gunicorn has no types
    """Serves like gunicorn's own, but tells nobody the server's inner words."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Called by gunicorn with what it can't read, or what broke outside the application."""
        status = status_of(exc)
        if status >= 500 and not isinstance(exc, errors.ParseException):
            log.error("connection failed", exc_info=exc)
        try:
            util.write_nonblock(client, answer(status))
        except OSError:  # whoever sent it is gone
            log.debug("nobody heard the refusal", status=status)


def status_of(error: BaseException) -> int:
    """The HTTP status of what gunicorn couldn't take."""
    if not isinstance(error, errors.ParseException):
        return 500
    return next((code for kind, code in STATUSES.items() if isinstance(error, kind)), 400)


def answer(status: int) -> bytes:
    """A whole HTTP answer; its language isn't known, so it has both."""
    sentence = sentence_of(status)
    code, text = code_of(status), f"{sentence.zh} {sentence.en}"
    problem = {
        "type": f"urn:anping:problem:{code}",
        "title": text,
        "status": status,
        "detail": text,
        "code": code,
        "errors": [],
    }
    body = json.dumps(problem, ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode("latin1") + body
