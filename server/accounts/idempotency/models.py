"""The table of POSTs that came with an Idempotency-Key."""

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Digest, Instant, Key


class KeyedPost(ConfigBase):
    """One key of one person; `answer` is encrypted, and null while the request is in progress."""

    __tablename__ = "keyed_posts"
    __table_args__ = (UniqueConstraint("user_id", "key_hash"), {"sqlite_autoincrement": True})
    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key_hash: Mapped[Digest]
    fingerprint: Mapped[Digest]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Instant] = mapped_column(index=True)
