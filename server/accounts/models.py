"""Tables of units, people, their roles, sessions, tokens and the audit trail."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.foundation.db.columns import ConfigBase, Digest, Instant, Key, Number


class Unit(ConfigBase):
    """An organisation in the tree; `path` is `/1/4/`, ending with its own number."""

    __tablename__ = "units"
    id: Mapped[Key]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    path: Mapped[str] = mapped_column(String(255), index=True)
    name: Mapped[str] = mapped_column(String(120))
    code: Mapped[str | None] = mapped_column(String(60), unique=True)
    leader: Mapped[str] = mapped_column(String(60), default="")
    contact: Mapped[str] = mapped_column(String(120), default="")


class User(ConfigBase):
    """A person who signs in."""

    __tablename__ = "users"
    id: Mapped[Key]
    username: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(10))
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    unit: Mapped[Unit] = relationship(lazy="joined")
    roles: Mapped[list["UserRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class UserRole(ConfigBase):
    """A person's role over a unit and those below it."""

    __tablename__ = "user_roles"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "unit_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    unit: Mapped[Unit] = relationship(lazy="joined")


class UserSession(ConfigBase):
    """A browser's session; only the hash of its secret is stored."""

    __tablename__ = "user_sessions"
    id: Mapped[Key]
    secret_hash: Mapped[Digest] = mapped_column(unique=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant]


class ApiToken(ConfigBase):
    """A bearer token of a person, for programs; only its hash is stored."""

    __tablename__ = "api_tokens"
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120))
    secret_hash: Mapped[Digest] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[int | None] = mapped_column(BigInteger)


class AuditEntry(ConfigBase):
    """One change by one person; each entry's hash covers the one before."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_object", "object"), {"sqlite_autoincrement": True})
    id: Mapped[Key]
    at: Mapped[Instant]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(60))
    object: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]]
    hash: Mapped[Digest]


class SecondFactor(ConfigBase):
    """A person's secret for one-time codes, encrypted; active once a code has confirmed it.

    `last_step`: the step of the last accepted code; no earlier one is accepted again.
    """

    __tablename__ = "second_factors"
    __table_args__ = ()
    user_id: Mapped[int] = mapped_column(
        Number, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    secret: Mapped[str] = mapped_column(Text)
    last_step: Mapped[Instant]
    made_at: Mapped[Instant]
    confirmed_at: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(ConfigBase):
    """A one-time code instead of the phone; only its hash is stored."""

    __tablename__ = "recovery_codes"
    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[Digest]
    used_at: Mapped[int | None] = mapped_column(BigInteger)
