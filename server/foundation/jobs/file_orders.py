"""Files that people order and fetch later: where they lie, whose they are, what became of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import BigInteger, ForeignKey, Select, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.foundation.core import Core
from server.foundation.db.columns import Instant, Key
from server.foundation.errors import Conflict, NotFound
from server.foundation.i18n import Sentence
from server.foundation.jobs.models import Job
from server.foundation.jobs.queries import progress_of
from server.foundation.jobs.service import renew
from server.foundation.public_ids import number

KEPT_MS: Final = 3 * 24 * 3_600_000
PROGRESS_STEP: Final = 0.02
Progress = Callable[[float], None]
"""Told how far making a file is (0 to 1); may raise Dropped."""


class Dropped(Exception):
    """What was ordered was deleted meanwhile: there is nothing more to do."""


class OrderedFile:
    """What the tables of all kinds have in common.

    `state` is `queued` (also while it is made: the job says how far), `ready` or `failed` with a
    reason; `bytes` are those of the file.
    """

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(6))
    reason_zh: Mapped[str | None] = mapped_column(Text)
    reason_en: Mapped[str | None] = mapped_column(Text)
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Instant]
    finished_at: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def reason(self) -> Sentence:
        """Why there is no file."""
        return Sentence(self.reason_zh or "", self.reason_en or "")


Row = TypeVar("Row", bound=OrderedFile)


@dataclass(frozen=True)
class MadeFiles(Generic[Row]):
    """One kind of them. `kind` is that of their public ids, `job` the job that makes one.

    `folder` is in the data folder; `suffix` says how a file's name ends.
    """

    model: type[Row]
    kind: str
    job: str
    folder: str
    suffix: Callable[[Row], str]

    def folder_of(self, core: Core) -> Path:
        """Where finished files lie."""
        folder = core.settings.data / self.folder
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def path_of(self, core: Core, row: Row) -> Path:
        """Where the file of a row is, or will be."""
        return self.folder_of(core) / f"{row.id}.{self.suffix(row)}"

    def mine(self, user_id: int) -> Select[Any]:
        """A person's own."""
        return select(self.model).where(self.model.user_id == user_id)

    def find(self, session: Session, user_id: int, text: str) -> Row:
        """A person's own behind a public id. Raises NotFound."""
        wanted = self.model.id == number(self.kind, text)
        found: Row | None = session.scalar(self.mine(user_id).where(wanted))
        if found is None:
            raise NotFound
        return found

    def waiting(self, session: Session, user_id: int) -> int:
        """How many of a person's aren't made yet."""
        queued = self.mine(user_id).where(self.model.state == "queued")
        return session.scalar(queued.with_only_columns(func.count())) or 0

    def how_far(self, session: Session, rows: Sequence[Row]) -> dict[int, float]:
        """How far those are that wait, by number."""
        waiting = [row.id for row in rows if row.state == "queued"]
        found = progress_of(session, self.job, waiting)
        return {row.id: found.get(str(row.id), 0.0) for row in rows}

    def ready_file(self, core: Core, row: Row, not_ready: Sentence) -> Path:
        """A finished file. Raises Conflict where there is none, NotFound if it is gone."""
        if row.state == "failed":
            raise Conflict(row.reason, code="not_made")
        if row.state != "ready":
            raise Conflict(not_ready, code="not_ready")
        path = self.path_of(core, row)
        if not path.is_file():
            raise NotFound
        return path

    def progress(self, core: Core, job: Job) -> Progress:
        """Shows how far a job is, now and then, and gives up on what was deleted."""
        shown = 0.0

        def show(fraction: float) -> None:
            nonlocal shown
            if fraction - shown < PROGRESS_STEP:
                return
            shown = fraction
            with core.config.read() as session:
                if session.get(self.model, int(job.ref)) is None:
                    raise Dropped
            renew(core, job, fraction)

        return show

    def finish(self, core: Core, row: Row, fill: Callable[[Row], None]) -> None:
        """The file lies where it belongs: `fill` notes what it holds. Of a deleted one it goes."""
        path = self.path_of(core, row)
        size, now_ms = path.stat().st_size, core.clock.now_ms()
        with core.config.write() as session:
            now = session.get(self.model, row.id)
            if now is not None and now.state == "queued":
                now.state, now.finished_at, now.bytes = "ready", now_ms, size
                fill(now)
                return
        path.unlink(missing_ok=True)

    def fail(self, core: Core, row_id: int, why: Sentence) -> None:
        """Note why there is no file."""
        with core.config.write() as session:
            row = session.get(self.model, row_id)
            if row is not None and row.state == "queued":
                row.state, row.finished_at = "failed", core.clock.now_ms()
                row.reason_zh, row.reason_en = why

    def clear(self, core: Core) -> None:
        """Delete what was made three days ago, and files that belong to nothing any more."""
        before_ms = core.clock.now_ms() - KEPT_MS
        paths = list(self.folder_of(core).iterdir())
        with core.config.write() as session:
            old = select(self.model).where(self.model.finished_at < before_ms)
            for row in session.scalars(old):
                session.delete(row)
            session.flush()
            kept = {self.path_of(core, row) for row in session.scalars(select(self.model))}
        for path in paths:
            if path not in kept:
                path.unlink(missing_ok=True)
