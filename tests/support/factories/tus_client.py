"""A tus 1.0.0 client of a test's app that can be interrupted."""

import base64
from typing import Any

from werkzeug.test import TestResponse

from tests.support.app.people import Person

ADDRESS = "/api/v1/uploads"
VERSION = {"Tus-Resumable": "1.0.0"}
PART = {**VERSION, "Content-Type": "application/offset+octet-stream"}


def metadata(**values: str) -> str:
    """Upload-Metadata."""
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in values.items())


def ask(person: Person, length: int, **fields: str) -> TestResponse:
    """The answer to the request to upload so many bytes."""
    headers = {**VERSION, "Upload-Length": str(length)}
    if fields:
        headers["Upload-Metadata"] = metadata(**fields)
    return person.client.post(ADDRESS, headers=headers)


def begin(person: Person, length: int, **fields: str) -> str:
    """The address of a new upload."""
    answer = ask(person, length, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def send(person: Person, url: str, offset: int, content: bytes, **headers: str) -> TestResponse:
    """The answer to a part."""
    all_headers = {**PART, "Upload-Offset": str(offset), **headers}
    return person.client.patch(url, data=content, headers=all_headers)


def progress(person: Person, url: str) -> TestResponse:
    """How much has come."""
    return person.client.head(url, headers=VERSION)


def drop(person: Person, url: str) -> TestResponse:
    """Break it off for good."""
    return person.client.delete(url, headers=VERSION)


def uploaded(person: Person, content: bytes, **fields: str) -> Any:
    """The id of the asset that a content became, sent in one part."""
    answer = send(person, begin(person, len(content), **fields), 0, content)
    assert answer.status_code == 204, answer.text
    return answer.headers["Anping-Asset"]
