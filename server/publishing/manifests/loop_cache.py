"""A cache of built loops by their inputs: a publish that changes nothing builds nothing."""

from typing import Final

import msgspec
import structlog
from sqlalchemy import delete

from playlists.demand.request import LoopRequest, LoopResult
from playlists.plan.compiler import compile_loop
from server.foundation.core import Core
from server.publishing.manifests.fingerprint import name_of
from server.publishing.models import CachedLoop

log = structlog.get_logger(__name__)

KEPT_MS: Final = 60 * 86_400_000
USED_WITHIN_MS: Final = 86_400_000


class NotBuilt(Exception):
    """This loop was never built; building it takes too long where it is asked for."""


class LoopCache:
    """Gives loops to the planner; `patient` ones build missing ones."""

    def __init__(self, core: Core, *, patient: bool = True) -> None:
        self._core = core
        self._patient = patient

    def __call__(self, request: LoopRequest) -> LoopResult:
        """The loop for a request. Raises LoopRefused, and NotBuilt if not patient."""
        inputs = name_of(request)
        with self._core.config.read() as session:
            row = session.get(CachedLoop, inputs)
        if row is not None:
            self._note_use(row)
            return msgspec.json.decode(row.body, type=LoopResult)
        if not self._patient:
            raise NotBuilt
        built = compile_loop(request)
        log.info("loop_built", inputs=inputs, items=len(request.items), slots=len(built.slots))
        self._keep(inputs, msgspec.json.encode(built).decode())
        return built

    def _keep(self, inputs: str, body: str) -> None:
        with self._core.config.write() as session:
            if session.get(CachedLoop, inputs) is None:
                used_at = self._core.clock.now_ms()
                session.add(CachedLoop(inputs=inputs, body=body, used_at=used_at))

    def _note_use(self, row: CachedLoop) -> None:
        now_ms = self._core.clock.now_ms()
        if now_ms - row.used_at < USED_WITHIN_MS:
            return
        with self._core.config.write() as session:
            again = session.get(CachedLoop, row.inputs)
            if again is not None:
                again.used_at = now_ms


def forget_unused(core: Core) -> None:
    """Delete loops unused for two months."""
    before = core.clock.now_ms() - KEPT_MS
    with core.config.write() as session:
        session.execute(delete(CachedLoop).where(CachedLoop.used_at < before))
