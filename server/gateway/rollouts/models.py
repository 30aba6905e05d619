"""Tables of player releases, their files, and screens' progress in roll-outs."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.campaigns.models import LaterInstant
from server.foundation.db.columns import ConfigBase, Digest, Instant, Key, Number


class PlayerFile(ConfigBase):
    """A file of a release by the SHA-256 of its content; shared between releases."""

    __tablename__ = "player_files"
    __table_args__ = ()
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PlayerRelease(ConfigBase):
    """A player build; `name` is its own version string, `1.0.0+4a31fe5d02`.

    `state` is `registered`, `rolling`, `halted`, `complete` or `withdrawn`; the last completed one
    is live: it runs wherever no roll-out differs. `files`: digests by name; `rules`: parameters of
    the roll-out; `ring`: its progress (-1: not begun); `former`: the player to return to; `halt`:
    reason and author of a halt.
    """

    __tablename__ = "player_releases"
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    files: Mapped[dict[str, Any]]
    rules: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    ring: Mapped[int]
    former: Mapped[str] = mapped_column(String(40))
    halt: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    registered_at: Mapped[Instant]
    started_at: Mapped[LaterInstant]
    resumed_at: Mapped[LaterInstant]
    completed_at: Mapped[LaterInstant]


class ReleaseScreen(ConfigBase):
    """A screen's progress in a roll-out (`health_rules.ScreenProgress`)."""

    __tablename__ = "release_screens"
    __table_args__ = ()
    release_id: Mapped[int] = mapped_column(
        Number, ForeignKey("player_releases.id", ondelete="CASCADE"), primary_key=True
    )
    screen_id: Mapped[int] = mapped_column(
        Number, ForeignKey("screens.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    ring: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    told_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    failed_at: Mapped[Instant]
    reason: Mapped[str] = mapped_column(String(20))
    before: Mapped[float]
