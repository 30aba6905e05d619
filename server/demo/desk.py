"""Where people of the demo district work: the HTTP API, within this process."""

import json
from typing import Any

from server.virtual.inside import inside
from server.virtual.links import PostLink

Json = dict[str, Any]


class DeskRefused(Exception):
    """The API said no; the text says to what and why."""


class Desk:
    """One person's: he signs in once, then works with a token that outlives his session."""

    def __init__(self, wsgi: object, username: str, password: str) -> None:
        self._wsgi = wsgi
        self._link: PostLink = inside(wsgi, use_cookies=True)
        self._headers: dict[str, str] = {}
        self._username = username
        self._password = password

    def sign_in(self) -> "Desk":
        """Sign in and make the token. Raises DeskRefused."""
        self._headers = {}
        said = {"username": self._username, "password": self._password}
        self._headers = {
            "X-CSRF-Token": str(self.does("POST", "/session", said)["csrf_token"]),
            "Origin": "http://localhost",
        }
        token = self.does("POST", "/tokens", {"name": "演示数据"})["token"]
        self._link = inside(self._wsgi)
        self._headers = {"Authorization": f"Bearer {token}"}
        return self

    def does(self, method: str, path: str, body: Json | None = None) -> Json:
        """A call that must succeed; its answer. Raises DeskRefused."""
        headers = {"Content-Type": "application/json", **self._headers}
        content = json.dumps(body or {}).encode() if method != "GET" else None
        answer = self._link.serve(method, f"/api/v1{path}", content, headers)
        if answer.status >= 300:
            text = answer.body.decode(errors="replace")
            raise DeskRefused(f"{method} {path}: {text}")
        said: Json = json.loads(answer.body) if answer.body else {}
        return said

    def makes(self, path: str, **body: Any) -> str:
        """A new object's id."""
        return str(self.does("POST", path, body)["id"])
