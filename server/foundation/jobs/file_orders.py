"""Files that people order and fetch later: paths, owners and states."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import BigInteger, ForeignKey, Select, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.foundation.core import Core
from server.foundation.db.columns import Instant, Key
from server.foundation.errors import Conflict, NotFound, existing
from server.foundation.i18n import Sentence
from server.foundation.jobs.models import Job
from server.foundation.jobs.queries import progress_of
from server.foundation.jobs.service import renew
from server.foundation.public_ids import number

KEPT_MS: Final = 3 * 24 * 3_600_000
PROGRESS_STEP: Final = 0.02
Progress = Callable[[float], None]
"""Reports the progress (0 to 1) of building a file; may raise Dropped."""


class Dropped(Exception):
    """The order was deleted meanwhile: stop."""


class OrderedFile:
    """The columns shared by the tables of all kinds.

    `state` is `queued` (also while it is built: progress is the job's), `ready`, or `failed` with a
    reason; `bytes`: the file's size.
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
        """Why the file failed."""
        return Sentence(self.reason_zh or "", self.reason_en or "")


Row = TypeVar("Row", bound=OrderedFile)


@dataclass(frozen=True)
class MadeFiles(Generic[Row]):
    """One kind of ordered file. `kind`: prefix of public ids; `job`: the job that builds one.

    `folder` is in the data folder; `suffix` returns the ending of a file's name.
    """

    model: type[Row]
    kind: str
    job: str
    folder: str
    suffix: Callable[[Row], str]

    def folder_of(self, core: Core) -> Path:
        """The folder of finished files."""
        folder = core.settings.data / self.folder
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def path_of(self, core: Core, row: Row) -> Path:
        """The path of a row's file, existing or not."""
        return self.folder_of(core) / f"{row.id}.{self.suffix(row)}"

    def mine(self, user_id: int) -> Select[Any]:
        """A person's own files."""
        return select(self.model).where(self.model.user_id == user_id)

    def find(self, session: Session, user_id: int, text: str) -> Row:
        """A person's own file by public id. Raises NotFound."""
        wanted = self.model.id == number(self.kind, text)
        found: Row = existing(session.scalar(self.mine(user_id).where(wanted)))
        return found

    def waiting(self, session: Session, user_id: int) -> int:
        """Number of a person's files that aren't finished."""
        queued = self.mine(user_id).where(self.model.state == "queued")
        return session.scalar(queued.with_only_columns(func.count())) or 0

    def how_far(self, session: Session, rows: Sequence[Row]) -> dict[int, float]:
        """Progress of unfinished files, by number."""
        waiting = [row.id for row in rows if row.state == "queued"]
        found = progress_of(session, self.job, waiting)
        return {row.id: found.get(str(row.id), 0.0) for row in rows}

    def ready_file(self, core: Core, row: Row, not_ready: Sentence) -> Path:
        """The path of a finished file. Raises Conflict unless ready, NotFound if it is gone."""
        if row.state == "failed":
            raise Conflict(row.reason, code="not_made")
        if row.state != "ready":
            raise Conflict(not_ready, code="not_ready")
        path = self.path_of(core, row)
        if not path.is_file():
            raise NotFound
        return path

    def progress(self, core: Core, job: Job) -> Progress:
        """Reports a job's progress at intervals, and aborts deleted orders."""
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
        """Mark a built file as ready, with `fill` setting its columns; deletes it without a row."""
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
        """Mark a file as failed with a reason."""
        with core.config.write() as session:
            row = session.get(self.model, row_id)
            if row is not None and row.state == "queued":
                row.state, row.finished_at = "failed", core.clock.now_ms()
                row.reason_zh, row.reason_en = why

    def clear(self, core: Core) -> None:
        """Delete files built three days ago, and files without a row."""
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
