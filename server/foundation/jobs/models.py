"""The table of background jobs: the truth about what is to be done; the queue only wakes."""

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Instant, Key


class Job(ConfigBase):
    """One piece of work on one object.

    `state` is `queued`, `running`, `done` or `failed`. A running job belongs to its worker until
    `lease_until`; `attempts` counts the starts and tells one worker's run from the next one's.
    It is not started before `due_at`. `progress` goes from 0 to 1.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_state", "state", "due_at"),
        Index("ix_jobs_kind", "kind", "ref"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[float] = mapped_column(default=0.0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Instant]
    due_at: Mapped[Instant]
    lease_until: Mapped[int | None] = mapped_column(BigInteger)
    finished_at: Mapped[int | None] = mapped_column(BigInteger)


class JobCount(ConfigBase):
    """How often runs of a kind of job ended as `done`, `failed` for good, or to be `retried`, and
    when one did last. It only grows, over restarts too, as what Prometheus counts has to.
    """

    __tablename__ = "job_counts"
    __table_args__ = ()
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10), primary_key=True)
    ended: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[Instant]
