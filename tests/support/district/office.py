"""People of the district at the API: each signs in with a password and sends requests."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.support.app.people import Reader, reader_of
from tests.support.app.world import World

PASSWORDS = "a long enough password 1"
Json = dict[str, Any]


@dataclass
class Official:
    """Somebody with an account, and the browser he works in."""

    world: World
    username: str
    password: str = PASSWORDS
    client: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.client = reader_of(self.world)

    def signs_in(self) -> "Official":
        """Open a session; needed again after the clock was moved by half an hour."""
        body = {"username": self.username, "password": self.password}
        answer = self.client.post("/api/v1/session", json=body)
        assert answer.status_code == 200, answer.text
        self.client.environ_base["HTTP_X_CSRF_TOKEN"] = answer.get_json()["csrf_token"]
        self.client.environ_base["HTTP_ORIGIN"] = "http://localhost"
        return self

    def does(self, method: str, path: str, **body: Any) -> Json:
        """A call of the API that must succeed; its answer."""
        answer = self.client.open(f"/api/v1{path}", method=method, json=body or None)
        assert answer.status_code < 300, (method, path, answer.text)
        return answer.get_json(silent=True) or {}

    def makes(self, path: str, **body: Any) -> str:
        """A new object's id."""
        return str(self.does("POST", path, **body)["id"])

    def uploads(self, name: str, content: bytes, path: str = "/assets") -> str:
        """A file; the id of the asset, or of what it was added to."""
        boundary, body = encode_multipart({"file": FileStorage(BytesIO(content), name)})
        kind = f'multipart/form-data; boundary="{boundary}"'
        answer = self.client.post(f"/api/v1{path}", data=body, content_type=kind)
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])
