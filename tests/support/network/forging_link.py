"""A forging link within this process: some paths are answered in the server's place."""

import json
from typing import Any

from server.simulator.wire.links import PostLink
from server.simulator.wire.protocol import Answer


class LyingLink(PostLink):
    """`forged` by path; `genuine`: the server's answers, `asked`: all bodies, `beats`: as sent."""

    def __init__(self, served: PostLink) -> None:
        super().__init__(self._answer)
        self._served = served
        self.forged: dict[str, Answer] = {}
        self.genuine: dict[str, Answer] = {}
        self.asked: list[tuple[str, Any]] = []
        self.beats: list[dict[str, Any]] = []

    def _answer(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        content = json.loads(body) if body is not None else None
        self.asked.append((path, content))
        if path in self.forged:
            return self.forged[path]
        answer = self._served.serve(method, path, body, headers)
        if answer.status == 200:
            self.genuine[path] = answer
        if path.endswith("/player/beat"):
            self.beats.append(content)
        return answer

    def incidents(self) -> set[tuple[str, str]]:
        """Code and detail of the reports in heartbeats."""
        return {(one["code"], one["detail"]) for beat in self.beats for one in beat["incidents"]}
