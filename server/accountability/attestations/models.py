"""The table of attestations; their photos are the library's."""

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, func
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.campaigns.models import LaterInstant
from server.foundation.db.columns import ConfigBase, Instant, Key
from server.inventory.venues.models import Venue


class Attestation(ConfigBase):
    """A venue showed the content on `days` of the days from..to (both inclusive).

    `state` is `submitted`, `approved`, `rejected` or `withdrawn`; `person` is the witness.
    `ended_on` is the last day that still counts, if the rest was withdrawn.
    """

    __tablename__ = "attestations"
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="lasts"),
        CheckConstraint("days >= 1 AND plays_per_day >= 1", name="counts"),
        Index("ix_attestations_venue_id_to_on", "venue_id", "to_on"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(String(10), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    days: Mapped[int]
    plays_per_day: Mapped[int]
    person: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Instant]
    decided_at: Mapped[LaterInstant]
    ended_on: Mapped[date | None]
    venue: Mapped[Venue] = relationship(lazy="joined")

    @hybrid_property
    def counts_to(self) -> date:
        """The last day for which it counts."""
        return self.ended_on or self.to_on

    @counts_to.inplace.expression
    @classmethod
    def _counts_to(cls) -> ColumnElement[date]:
        return func.coalesce(cls.ended_on, cls.to_on)
