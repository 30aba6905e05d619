"""Recovery codes: ten one-time codes instead of the phone."""

import secrets
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from server.accounts.auth.one_time_secrets import hashed
from server.accounts.models import RecoveryCode

COUNT: Final = 10
LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without characters that are mistaken for others on paper: I, L, O, U, 0, 1."""
LENGTH: Final = 16


def make(session: Session, user_id: int) -> list[str]:
    """Replace all codes by ten new ones; only the caller gets them in clear.

    Each has 78 random bits, so a plain hash is enough.
    """
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(COUNT)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=hashed(code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, LENGTH, 4)) for code in codes]


def use(session: Session, user_id: int, typed: str, now_ms: int) -> bool:
    """Consume an unused code; returns whether it was valid."""
    row = session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == hashed(plain(typed)),
            RecoveryCode.used_at.is_(None),
        )
    )
    if row is None:
        return False
    row.used_at = now_ms
    return True


def left(session: Session, user_id: int) -> int:
    """Number of unused codes."""
    query = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(query) or 0


def plain(typed: str) -> str:
    """A code as typed, normalized for hashing."""
    return "".join(typed.split()).replace("-", "").upper()
