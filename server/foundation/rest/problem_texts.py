"""Codes and texts of HTTP statuses without a specific error."""

from typing import Final

from server.foundation.i18n import Sentence

BROKEN: Final = Sentence(
    "服务器内部错误，已记录。请稍后重试，仍失败请联系管理员。",
    "Something broke on the server; it has been logged. Try again later, "
    "and tell the administrator if it fails again.",
)
REFUSED: Final = Sentence(
    "请求格式不正确，请按接口文档 /api/docs 发送。",
    "The request isn't well-formed: send it as /api/docs describes.",
)
SENTENCES: Final = {
    400: REFUSED,
    401: Sentence("请先登录。", "Sign in first."),
    403: Sentence(
        "没有权限，请联系管理员授权。", "Not allowed: ask an administrator for the role."
    ),
    404: Sentence(
        "没有这个地址，请检查网址。", "There is nothing at this address: check how it is written."
    ),
    405: Sentence(
        "此地址不支持该操作，请改用响应头 Allow 中的方法。",
        "This address doesn't take that method: use one that the header Allow names.",
    ),
    408: Sentence("请求发送过慢，请重试。", "The request came too slowly: try again."),
    411: Sentence("请注明内容长度。", "Send the length of the content."),
    413: Sentence("内容过大，请减小后重试。", "The content is too large: send less."),
    414: Sentence("网址过长，请缩短。", "The address is too long: shorten it."),
    415: Sentence(
        "请以 JSON 格式提交（Content-Type: application/json）。",
        "Send JSON (Content-Type: application/json).",
    ),
    416: Sentence(
        "请求的范围超出文件，请从头获取。",
        "The range lies outside the file: fetch it from its start.",
    ),
    422: Sentence(
        "部分内容填写有误，请按提示修改。", "Some values are wrong: correct what `errors` names."
    ),
    423: Sentence("正在被使用，请稍后重试。", "It is in use: try again shortly."),
    428: Sentence(
        "审批须说明读到的是哪一版（If-Match）。", "A verdict has to say what was read (If-Match)."
    ),
    429: Sentence("操作过于频繁，请稍后重试。", "Too many requests: try again later."),
    431: Sentence("请求头过大，请减小。", "The header fields are too large: send fewer."),
    501: Sentence(
        "不支持这种传输方式，请换一种。", "This way of sending isn't supported: use another."
    ),
}
CODES: Final = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    411: "length_required",
    413: "too_large",
    414: "address_too_long",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    422: "invalid",
    423: "locked",
    429: "too_many",
    431: "headers_too_large",
    501: "not_supported",
}


def code_of(status: int) -> str:
    """The machine-readable code."""
    return CODES.get(status, "internal" if status >= 500 else "refused")


def sentence_of(status: int) -> Sentence:
    """The text for people."""
    return SENTENCES.get(status, BROKEN if status >= 500 else REFUSED)
