"""The table of background jobs, which is authoritative; the queue only wakes workers."""

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Instant, Key


class Job(ConfigBase):
    """One job on one object.

    `state` is `queued`, `running`, `done` or `failed`. A running job belongs to its worker until
    `lease_until`; `attempts` counts starts and fences off late workers. It doesn't start before
    `due_at`. `progress` is from 0 to 1.
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
    """Counts of ended runs by kind and outcome (`done`, `failed`, `retried`), with the last end.

    Counts never decrease, over restarts too, as Prometheus requires.
    """

    __tablename__ = "job_counts"
    __table_args__ = ()
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10), primary_key=True)
    ended: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[Instant]
