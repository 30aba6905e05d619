"""HTTP parts common to all imports: the uploaded file, and texts of faults."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Response, request

from server.accounts.idempotency.request_hook import claim_form
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.rest.problems import language

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_FILE: Final = Sentence("请选择要导入的文件。", "Choose a file to import.")


def file_sent() -> bytes:
    """The form's `file`, with the request's idempotency key claimed for it. Raises Invalid."""
    file = request.files.get("file")
    if file is None:
        raise Invalid.at("/file", NO_FILE)
    content: bytes = file.read()
    claim_form(hashlib.sha256(content).hexdigest(), {})
    return content


def in_words(
    faults: Iterable[Mapping[str, Any]], titles: Mapping[str, Sentence]
) -> list[dict[str, Any]]:
    """Faults of rows in the reader's language, with the headings of their columns."""
    return [
        {
            **one,
            "title": titles[one["column"]].in_language(language()),
            "detail": one["detail"].in_language(language()),
        }
        for one in faults
    ]


def xlsx_file(content: bytes, name: str) -> Response:
    """An xlsx download."""
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
