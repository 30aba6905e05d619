"""A person's second factor: a code of the phone after the password.

All checks of codes take the same time and give the same answer, whatever was wrong.
"""

from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.accounts import queries
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.auth import passwords
from server.accounts.auth.login_throttle import Delays
from server.accounts.auth.second_factors import recovery_codes, totp
from server.accounts.auth.second_factors.second_factor_required import is_on, must_have
from server.accounts.auth.sessions import end_sessions
from server.accounts.directory.role_grants import require_authority
from server.accounts.models import RecoveryCode, SecondFactor, User
from server.foundation.core import Core
from server.foundation.crypto.sealed_secrets import Unreadable, sealed, unsealed
from server.foundation.errors import Conflict, Forbidden, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public

PURPOSE: Final = "second factors"
ISSUER: Final = "安屏 Anping"
LONGEST_CODE: Final = 60

IS_ON: Final = Sentence(
    "两步验证已开启；要更换手机，请先关闭再重新开启。",
    "The second factor is on: for another phone, turn it off and on again.",
)
NOT_ON: Final = Sentence("两步验证未开启。", "The second factor isn't on.")
NOT_BEGUN: Final = Sentence("请先点“开启”，扫描二维码。", "Begin anew: there is no QR code yet.")
WRONG: Final = Sentence(
    "验证码不正确或已用过，请等下一个验证码再试。",
    "The code is wrong or was used: wait for the next one and try again.",
)
WRONG_PASSWORD: Final = Sentence("密码不正确。", "The password is wrong.")
OWN: Final = Sentence(
    "不能重置自己的两步验证，请在“设置”中关闭，或请另一位管理员重置。",
    "Nobody resets his own second factor: turn it off in 设置, or ask another administrator.",
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class FactorStatus:
    """A person's second factor; `secret` is set between `begin` and the first code."""

    on_since: int | None
    secret: str | None
    codes_left: int
    required: bool


def factor_status(core: Core, session: Session, actor: Actor) -> FactorStatus:
    """The state of the person's own second factor."""
    row = session.get(SecondFactor, actor.user_id)
    since = row.confirmed_at if row is not None else None
    secret = _secret(core, row) if row is not None and since is None else None
    left = recovery_codes.left(session, actor.user_id)
    return FactorStatus(since, secret, left, must_have(core, actor))


def begin(core: Core, actor: Actor) -> str:
    """Create a secret, which is active once `confirm` has got a code of it. Raises Conflict."""
    secret = totp.new_secret()
    with core.config.write() as session:
        row = session.get(SecondFactor, actor.user_id)
        if row is not None and row.confirmed_at is not None:
            raise Conflict(IS_ON, code="second_factor_on")
        row = row or SecondFactor(user_id=actor.user_id)
        row.secret, row.last_step = sealed(core, PURPOSE, {"secret": secret}), 0
        row.made_at = core.clock.now_ms()
        session.add(row)
    return secret


def confirm(core: Core, delays: Delays, actor: Actor, code: str) -> list[str]:
    """Activate it by a code of the phone; returns recovery codes. Ends all sessions.

    Raises Conflict, Invalid.
    """
    _count_try(core, delays, actor.user_id)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        row = session.get(SecondFactor, actor.user_id)
        if row is None:
            raise Conflict(NOT_BEGUN, code="second_factor_off")
        if row.confirmed_at is not None:
            raise Conflict(IS_ON, code="second_factor_on")
        if not _takes(core, row, code, now_ms):
            raise Invalid.at("/code", WRONG)
        row.confirmed_at = now_ms
        codes = recovery_codes.make(session, actor.user_id)
        end_sessions(session, actor.user_id)
        _note(session, now_ms, actor, "on")
    delays.succeed(_who(actor.user_id))
    return codes


def renew_codes(core: Core, delays: Delays, actor: Actor, password: str, code: str) -> list[str]:
    """Replace the recovery codes by ten new ones. Raises Invalid, Conflict."""
    now_ms = core.clock.now_ms()
    _check_password(core, delays, actor, password)
    with core.config.write() as session:
        _prove(core, session, actor, code)
        codes = recovery_codes.make(session, actor.user_id)
        _note(session, now_ms, actor, "codes")
    delays.succeed(_who(actor.user_id))
    return codes


def turn_off(core: Core, delays: Delays, actor: Actor, password: str, code: str) -> None:
    """Deactivate it: the password alone is enough again. Raises Invalid, Conflict."""
    _check_password(core, delays, actor, password)
    with core.config.write() as session:
        _prove(core, session, actor, code)
        forget(session, actor.user_id)
        _note(session, core.clock.now_ms(), actor, "off")
    delays.succeed(_who(actor.user_id))


def reset(core: Core, actor: Actor, text: str) -> None:
    """Remove another person's second factor, and end his sessions.

    Raises NotFound outside the scope, Forbidden for one's own, Conflict if there is none.
    """
    with core.config.write() as session:
        user = queries.find_user(session, actor, text)
        require_authority(actor, user)
        if user.id == actor.user_id:
            raise Forbidden(OWN, code="own_second_factor")
        if not is_on(session, user.id):
            raise Conflict(NOT_ON, code="second_factor_off")
        forget(session, user.id)
        end_sessions(session, user.id)
        record(session, core.clock.now_ms(), actor.user_id, "second_factor.reset", text)


def takes(core: Core, delays: Delays, user: User, code: str) -> bool:
    """Whether a code is valid now, and unused. Raises TooMany after wrong ones.

    The delay applies to the account from any address, since the attacker has the password already.
    """
    _count_try(core, delays, user.id)
    with core.config.write() as session:
        right = _is_right(core, session, user.id, code)
    if right:
        delays.succeed(_who(user.id))
    return right


def forget(session: Session, user_id: int) -> None:
    """Delete secret and recovery codes, in the caller's transaction."""
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _check_password(core: Core, delays: Delays, actor: Actor, password: str) -> None:
    _count_try(core, delays, actor.user_id)
    with core.config.read() as session:
        stored = session.get_one(User, actor.user_id).password_hash
    if not passwords.is_right(password, stored):
        raise Invalid.at("/password", WRONG_PASSWORD)


def _prove(core: Core, session: Session, actor: Actor, code: str) -> None:
    if not is_on(session, actor.user_id):
        raise Conflict(NOT_ON, code="second_factor_off")
    if not _is_right(core, session, actor.user_id, code):
        raise Invalid.at("/code", WRONG)


def _is_right(core: Core, session: Session, user_id: int, code: str) -> bool:
    """Both are always checked, so that the time reveals nothing."""
    now_ms, row = core.clock.now_ms(), session.get(SecondFactor, user_id)
    if row is None or len(code) > LONGEST_CODE:
        return False
    by_phone = _takes(core, row, code, now_ms)
    by_paper = recovery_codes.use(session, user_id, code, now_ms)
    if by_paper:
        subject = public("user", user_id)
        record(session, now_ms, user_id, "second_factor.recovery_code", subject)
    return by_phone or by_paper


def _takes(core: Core, row: SecondFactor, code: str, now_ms: int) -> bool:
    secret = _secret(core, row) or totp.new_secret()
    step = totp.matching_step(secret, "".join(code.split()), now_ms)
    if step is None or step <= row.last_step:
        return False
    row.last_step = step
    return True


def _secret(core: Core, row: SecondFactor) -> str | None:
    try:
        return str(unsealed(core, PURPOSE, row.secret)["secret"])
    except Unreadable:
        log.error(
            "second_factor_undecryptable",
            user=public("user", row.user_id),
            cure="a recovery code, or reset it",
        )
        return None


def _count_try(core: Core, delays: Delays, user_id: int) -> None:
    delays.begin(_who(user_id), core.clock.now_ms())


def _who(user_id: int) -> tuple[str, str]:
    return (f"second factor of {public('user', user_id)}", "")


def _note(session: Session, now_ms: int, actor: Actor, act: str) -> None:
    subject = public("user", actor.user_id)
    record(session, now_ms, actor.user_id, f"second_factor.{act}", subject)
