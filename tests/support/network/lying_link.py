"""A forging link within this process: some paths are answered in the server's place."""

import json
from typing import Any

from server.simulator.wire.links import PostLink
from server.simulator.wire.protocol import Answer


class LyingLink(PostLink):
    """`lies` by path; `heard` are the server's own answers, `asked` all bodies, `beats` as sent."""

    def __init__(self, served: PostLink) -> None:
        super().__init__(self._answer)
        self._served = served
        self.lies: dict[str, Answer] = {}
        self.heard: dict[str, Answer] = {}
        self.asked: list[tuple[str, Any]] = []
        self.beats: list[dict[str, Any]] = []

    def _answer(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        said = json.loads(body) if body is not None else None
        self.asked.append((path, said))
        if path in self.lies:
            return self.lies[path]
        answer = self._served.serve(method, path, body, headers)
        if answer.status == 200:
            self.heard[path] = answer
        if path.endswith("/player/beat"):
            self.beats.append(said)
        return answer

    def told(self) -> set[tuple[str, str]]:
        """Code and detail of the reports in heartbeats."""
        return {(one["code"], one["detail"]) for beat in self.beats for one in beat["incidents"]}
