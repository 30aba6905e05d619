"""API clients for people of the demo district, in this process or over the network."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from server.simulator.wire.inside import inside
from server.simulator.wire.links import PostLink
from server.simulator.wire.protocol import Answer

Json = dict[str, Any]
Headers = Mapping[str, str]
INSIDE: Final = "http://localhost"
VERDICTS: Final = ("/approve", "/reject")
NOTHING: Final[Headers] = {}


class DeskRefused(Exception):
    """The API refused a request; the text has the request and the reason."""


class Desk:
    """One person's client: signs in once, then uses a token that outlives the session."""

    def __init__(self, link: PostLink, username: str, password: str, base: str = INSIDE) -> None:
        self._link = link
        self._base = base
        self._headers: dict[str, str] = {}
        self._username = username
        self._password = password

    @classmethod
    def within(cls, wsgi: object, username: str, password: str) -> "Desk":
        """A client for an application in this process."""
        return cls(inside(wsgi), username, password)

    def sign_in(self) -> "Desk":
        """Sign in and create the token. Raises DeskRefused."""
        credentials = json.dumps({"username": self._username, "password": self._password}).encode()
        headers = {"Content-Type": "application/json", "Origin": self._base}
        answer = self._link.serve("POST", "/api/v1/session", credentials, headers)
        self._headers = {
            "X-CSRF-Token": str(content_of(answer, "POST /session")["csrf_token"]),
            "Cookie": answer.headers["set-cookie"].partition(";")[0],
            "Origin": self._base,
        }
        token = self.does("POST", "/tokens", {"name": "演示数据"})["token"]
        self._headers = {"Authorization": f"Bearer {token}"}
        return self

    def does(self, method: str, path: str, body: Json | None = None) -> Json:
        """A call that must succeed; returns its answer. Decisions read the object just before.

        Raises DeskRefused.
        """
        content = json.dumps(body or {}).encode() if method != "GET" else None
        read = {"If-Match": self._tag(path)} if path.endswith(VERDICTS) else {}
        return self._asks(method, path, content, "application/json", read)

    def uploads(self, path: str, name: str, content: bytes) -> Json:
        """Upload a file as multipart form data; returns the answer. Raises DeskRefused."""
        boundary, body = encode_multipart({"file": FileStorage(BytesIO(content), name)})
        return self._asks("POST", path, body, f'multipart/form-data; boundary="{boundary}"')

    def makes(self, path: str, **body: Any) -> str:
        """Create an object; returns its id."""
        return str(self.does("POST", path, body)["id"])

    def _tag(self, path: str) -> str:
        """The ETag for a decision."""
        read = f"/api/v1{path.rpartition('/')[0]}"
        answer = self._link.serve("GET", read, None, self._headers)
        return answer.headers.get("etag", "")

    def _asks(
        self, method: str, path: str, content: bytes | None, kind: str, more: Headers = NOTHING
    ) -> Json:
        headers = {"Content-Type": kind, **self._headers, **more}
        answer = self._link.serve(method, f"/api/v1{path}", content, headers)
        return content_of(answer, f"{method} {path}")


def content_of(answer: Answer, request: str) -> Json:
    """The content of an answer. Raises DeskRefused, which names the request."""
    if answer.status >= 300:
        raise DeskRefused(f"{request}: {answer.body.decode(errors='replace')}")
    content: Json = json.loads(answer.body) if answer.body else {}
    return content
