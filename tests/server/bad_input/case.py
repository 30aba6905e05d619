"""One kind of bad input: the request, and the expected answer."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.server.bad_input.scene import Scene


@dataclass(frozen=True)
class Case:
    """`call` is `POST /units`, `expected` is `422 invalid`.

    `body` is sent as JSON, `raw` as it is, `file` (name and content) as a form. `later`: the
    upload is let in, and refused with this code when it is processed.
    """

    kind: str
    who: str
    call: str
    expected: str
    body: Any = None
    raw: bytes | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    file: tuple[str, bytes] | None = None
    later: bool = False

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.expected.partition(" ")[0])

    @property
    def code(self) -> str:
        """The word for programs."""
        return self.expected.partition(" ")[2]

    def send(self, scene: Scene, language: str) -> TestResponse:
        """Send it as somebody who reads that language."""
        method, _, path = self.call.partition(" ")
        address = path if path.startswith(("/api/", "/files/")) else f"/api/v1{path}"
        return scene.client(self.who).open(
            address,
            method=method,
            headers={"Accept-Language": language, **self.headers},
            **self._content(),
        )

    def _content(self) -> dict[str, Any]:
        if self.file is not None:
            name, content = self.file
            boundary, form = encode_multipart({"file": FileStorage(BytesIO(content), name)})
            return {"data": form, "content_type": f'multipart/form-data; boundary="{boundary}"'}
        if self.raw is not None:
            return {"data": self.raw, "content_type": self.content_type}
        return {} if self.body is None else {"json": self.body}
