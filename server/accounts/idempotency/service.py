"""Idempotency keys: claims one for a request, stores the answer, and replays it."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.accounts.idempotency.models import KeyedPost
from server.accounts.idempotency.sealed_answers import Seal
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid
from server.foundation.i18n import Sentence

KEPT_MS: Final = 24 * 3_600_000
# Longer than the slowest upload; a request still in progress after it was interrupted.
LEASE_MS: Final = 3_600_000
RETRY_S: Final = 1

REUSED: Final = Sentence(
    "这个 Idempotency-Key 已用于另一个请求，请为新请求换一个新的键。",
    "This Idempotency-Key was used for another request: use a new one for a new request.",
)
IN_PROGRESS: Final = Sentence(
    "同一个请求正在处理，请稍后用同一个键重试。",
    "The same request is being worked on: try again shortly with the same key.",
)
UNKNOWN: Final = Sentence(
    "上次请求中断，结果未知：请先查看是否已完成，需要重做时换一个新的键。",
    "The first request was cut off: look whether it was done, and use a new key to do it again.",
)


@dataclass(frozen=True)
class Claim:
    """One person's key for one request; `fingerprint` covers everything that was sent."""

    user_id: int
    seal: Seal
    fingerprint: str


def claim(core: Core, key_claim: Claim) -> bytes | None:
    """None if the request may proceed; else the stored answer.

    Raises Invalid `idempotency_key_reused`, Conflict `in_progress` or `outcome_unknown`.
    """
    now_ms = core.clock.now_ms()
    try:
        with core.config.write() as session:
            row = _find(session, key_claim)
            if row is not None and row.created_at > now_ms - KEPT_MS:
                return _answered(row, key_claim, now_ms)
            if row is not None:
                session.delete(row)
                session.flush()
            session.add(
                KeyedPost(
                    user_id=key_claim.user_id,
                    key_hash=key_claim.seal.key_hash,
                    fingerprint=key_claim.fingerprint,
                    created_at=now_ms,
                )
            )
    except IntegrityError as error:
        raise _in_progress() from error
    return None


def keep(core: Core, key_claim: Claim, answer: bytes) -> None:
    """Store the answer for repetitions."""
    with core.config.write() as session:
        row = _find(session, key_claim)
        if row is not None:
            row.answer = key_claim.seal.box.encrypt(answer)


def release(core: Core, key_claim: Claim) -> None:
    """Nothing was done: the key may be used again."""
    with core.config.write() as session:
        row = _find(session, key_claim)
        if row is not None:
            session.delete(row)


def forget_old(core: Core) -> None:
    """Delete expired keys."""
    over = KeyedPost.created_at <= core.clock.now_ms() - KEPT_MS
    with core.config.write() as session:
        session.execute(delete(KeyedPost).where(over))


def _find(session: Session, key_claim: Claim) -> KeyedPost | None:
    query = select(KeyedPost).where(
        KeyedPost.user_id == key_claim.user_id, KeyedPost.key_hash == key_claim.seal.key_hash
    )
    return session.scalar(query)


def _answered(row: KeyedPost, key_claim: Claim, now_ms: int) -> bytes:
    if row.fingerprint != key_claim.fingerprint:
        raise Invalid(REUSED, code="idempotency_key_reused")
    if row.answer is not None:
        return key_claim.seal.box.decrypt(row.answer)
    if row.created_at > now_ms - LEASE_MS:
        raise _in_progress()
    raise Conflict(UNKNOWN, code="outcome_unknown")


def _in_progress() -> Conflict:
    return Conflict(IN_PROGRESS, code="in_progress", retry_after_s=RETRY_S)
