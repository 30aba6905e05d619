"""Refuses texts that can't be stored: with NUL (PostgreSQL) or half a surrogate pair."""

from collections.abc import Iterable
from typing import Final

from flask import Flask, request

from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence

STORABLE: Final = r"^[^\x00\ud800-\udfff]*$"
NUL: Final = Sentence("文字中不能有 NUL 字符，请删除。", "Take the NUL out of the text.")
FORM: Final = "application/x-www-form-urlencoded"


def init_storable(app: Flask) -> None:
    """Check forms of pages; addresses and JSON are checked where they are read."""
    app.before_request(_check_request)


def check_fields(fields: Iterable[tuple[str, str]]) -> None:
    """Refuse a field that contains NUL. Raises Invalid, pointing at it."""
    for name, value in fields:
        if "\0" in name or "\0" in value:
            raise Invalid.at("/" + name.replace("\0", ""), NUL)


def is_storable(texts: Iterable[str | None]) -> bool:
    """Whether all of some texts can be stored."""
    whole = "".join(text for text in texts if text)
    return "\0" not in whole and is_whole((whole,))


def is_whole(texts: Iterable[str | None]) -> bool:
    """Whether no text has half a surrogate pair, so that all can be encoded as UTF-8."""
    whole = "".join(text for text in texts if text)
    try:
        whole.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_request() -> None:
    # The API parses its few forms itself: RFC 8628 defines its own errors.
    if request.mimetype == FORM and not request.path.startswith("/api/"):
        check_fields(request.form.items(multi=True))
