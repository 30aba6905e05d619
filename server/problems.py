"""The HTTP edge: every error under /api/ becomes application/problem+json, pages get a page."""

from typing import Any

import structlog
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, g, json, render_template, request
from flask_babel import get_locale
from werkzeug.exceptions import HTTPException

from server.errors import AnpingError
from server.texts import Sentence

log = structlog.get_logger(__name__)

SENTENCES = {
    400: Sentence("请求格式不正确。", "The request isn't well-formed."),
    401: Sentence("请先登录。", "Sign in first."),
    403: Sentence("没有权限。", "Not allowed."),
    404: Sentence("没有这个地址。", "There is nothing at this address."),
    405: Sentence("此地址不支持该操作。", "This address doesn't take that method."),
    413: Sentence("内容过大。", "The content is too large."),
    415: Sentence("请以 JSON 格式提交。", "Send JSON."),
    422: Sentence("部分内容填写有误，请按提示修改。", "Some values are wrong, see `errors`."),
    429: Sentence("操作过于频繁，请稍后重试。", "Too many requests, try again later."),
}
CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many",
}
BROKEN = Sentence(
    "服务器内部错误，已记录。请稍后重试。", "Something broke on the server; it has been logged."
)


def language() -> str:
    """The language of this request as a tag."""
    return str(get_locale() or "zh_CN")


def init_problems(app: APIFlask) -> None:
    """Wire the translators of this edge."""
    app.error_processor(_from_apiflask)
    app.register_error_handler(AnpingError, _from_domain)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _from_surprise)


def _from_domain(error: AnpingError) -> Response:
    return _answer(error.problem(language()), error.retry_after_s)


def _from_apiflask(error: HTTPError) -> Response:
    return _answer(_plain(error.status_code, _faults(error.detail)))


def _from_http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value] # werkzeug gives one for every HTTPException
    retry_after = getattr(error, "retry_after", None)
    return _answer(_plain(error.code or 500), retry_after)


def _from_surprise(error: Exception) -> Response:
    log.error("request failed", path=request.path, method=request.method, exc_info=error)
    return _answer(_plain(500))


def _plain(status: int, faults: list[Any] | None = None) -> dict[str, Any]:
    code = CODES.get(status, "internal" if status >= 500 else "refused")
    sentence = SENTENCES.get(status, BROKEN if status >= 500 else SENTENCES[400])
    text = sentence.in_language(language())
    return {
        "type": f"urn:anping:problem:{code}",
        "title": text,
        "status": status,
        "detail": text,
        "code": code,
        "errors": faults or [],
    }


def _faults(detail: Any) -> list[Any]:
    """APIFlask's {location: {field: [texts]}} as pointers."""
    found = []
    for fields in detail.values() if isinstance(detail, dict) else ():
        for name, texts in fields.items() if isinstance(fields, dict) else ():
            pointer = "/" + str(name).replace(".", "/")
            found += [{"pointer": pointer, "detail": str(text)} for text in texts]
    return found


def _answer(problem: dict[str, Any], retry_after_s: int | None = None) -> Response:
    status = problem["status"]
    if request.path.startswith(("/api/", "/files/", "/manifests/")):
        response = Response(json.dumps(problem), status, mimetype="application/problem+json")
    else:
        page = render_template("problem.html", problem=problem, actor=g.get("actor"))
        response = Response(page, status, mimetype="text/html")
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response
