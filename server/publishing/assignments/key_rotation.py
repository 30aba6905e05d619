"""Changes the signing key: every screen gets an order that brings it the new pins.

Ordinary, that order is signed with the key that the screen trusts, which is kept for it. When the
key was stolen or lost it is signed with the recovery key, whose private half is read for as long
as this takes, and nothing is signed with the former keys any more (decision 36).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from server.accounts.audit_log.record import record_all
from server.foundation.config import Settings
from server.foundation.core import Core
from server.foundation.crypto.signing import (
    Signer,
    key_id,
    read_private,
    recovery_paths,
    write_public,
)
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.foundation.runtime.data_folder_lock import alone
from server.inventory.screens.queries import being_bound, facts
from server.publishing import service
from server.publishing.assignments import signing_keys
from server.publishing.assignments.issuer import Issuing, current_state
from server.publishing.assignments.key_handovers import sign_again
from server.publishing.assignments.recovery_key import (
    former_recovery,
    make_recovery,
    read_recovery,
)
from server.publishing.assignments.signing_keys import Keyring, signing_key_path
from server.publishing.models import Assignment

ROTATED: Final = "server.new_key"
RECOVERED: Final = "server.recover_key"
NEW_RECOVERY: Final = "server.new_recovery_key"
SIGNED_AGAIN: Final = "server.sign_again"
GROUP: Final = 200
LEAP: Final = 1_000_000
"""Versions go on so far above: what a thief has sent, or this server before it was restored from a
backup, is below them."""


@dataclass(frozen=True)
class Request:
    """`recovery`: the file of the recovery key, to sign with it. `new_recovery`: where to write
    another one, which takes its place."""

    recovery: Path | None = None
    new_recovery: Path | None = None


@dataclass(frozen=True)
class Rotated:
    """The result: the id of the new key, the number of screens to notify, the withdrawn keys.

    `again`: no key was changed; assignments were signed once more with the current one.
    """

    kid: str
    screens: int
    withdrawn: list[str]
    has_recovery: bool
    again: bool = False


def rotate(settings: Settings, request: Request, open_core: Callable[[Settings], Core]) -> Rotated:
    """Change the signing key of a server that is stopped. Raises Conflict, InUse.

    Whatever ends it on its way, doing it again puts all right. A recovery key that was replaced
    changes nothing: what it has signed is signed again for those who were away.
    """
    with alone(settings.data):
        if again := _sign_again(settings, request, open_core):
            return again
        recovery = read_recovery(settings, request.recovery) if request.recovery else None
        if _is_readable(settings, needed=recovery is None):
            _plan_for_all(open_core, settings)
        made = make_recovery(settings, request.new_recovery) if request.new_recovery else None
        kid = _new_key(settings, lost=recovery is not None)
        if made is not None and recovery is None:
            _put_public(settings, made)
        with _opened(open_core, settings) as core:
            screens = _hand_over(core, recovery, made)
        withdrawn = _recovered(settings, recovery, made) if recovery is not None else []
    public = recovery_paths(signing_key_path(settings))[1]
    return Rotated(kid, screens, withdrawn, public.exists())


def _recovered(
    settings: Settings, recovery: Signer, made: ec.EllipticCurvePublicKey | None
) -> list[str]:
    """Screens have their hand-overs: only now can doing it again do without the former keys."""
    public = recovery_paths(signing_key_path(settings))[1]
    if made is not None or not public.exists():
        _put_public(settings, made or recovery.key.public_key())
    return signing_keys.withdraw_former(settings)


def _put_public(settings: Settings, key: ec.EllipticCurvePublicKey) -> None:
    """Done before any screen is notified, so that until then a repetition repairs all."""
    public = recovery_paths(signing_key_path(settings))[1]
    try:
        write_public(public, key)
    except OSError as error:
        raise Conflict(
            Sentence(
                f"恢复密钥的公钥 {public} 写不了（{error}），更换没有完成。请检查权限和剩余空间，"
                "再运行一次本命令；--new-recovery 要换一个文件名。",
                f"the public recovery key {public} can't be written ({error}), so the change isn't "
                "complete. Check its permissions and the room left, then run this command again, "
                "with another file name for --new-recovery.",
            )
        ) from error


def _sign_again(
    settings: Settings, request: Request, open_core: Callable[[Settings], Core]
) -> Rotated | None:
    """None if the key of the request isn't a former recovery key that somebody waits for."""
    if request.recovery is None or request.new_recovery is not None:
        return None
    former = former_recovery(settings, request.recovery)
    if former is None or not _is_readable(settings, needed=False):
        return None
    with _opened(open_core, settings) as core, core.config.write() as session:
        now_ms = core.clock.now_ms()
        screens = sign_again(session, former, now_ms)
        if not screens:
            return None
        record_all(session, now_ms, None, [(SIGNED_AGAIN, former.kid, {"screens": screens})])
        return Rotated(core.signer.kid, screens, [], has_recovery=True, again=True)


@contextmanager
def _opened(open_core: Callable[[Settings], Core], settings: Settings) -> Iterator[Core]:
    core = open_core(settings)
    try:
        yield core
    finally:
        core.config.engine.dispose()
        core.plays.engine.dispose()


def _is_readable(settings: Settings, *, needed: bool) -> bool:
    """Whether there is a signing key. Raises Conflict if it is needed and there isn't."""
    path = signing_key_path(settings)
    try:
        read_private(path)
    except (OSError, TypeError, ValueError) as error:
        if not needed:
            return False
        raise Conflict(
            Sentence(
                f"签名密钥 {path} 读不出（{error}），没有更换。请检查权限，或从备份找回；"
                "找不回的，用恢复密钥更换：keys rotate --recovery 文件",
                f"the signing key {path} can't be read ({error}), nothing was changed. Check its "
                "permissions, or bring it back from a backup; if there is none, change it by the "
                "recovery key: keys rotate --recovery FILE",
            )
        ) from error
    return True


def _new_key(settings: Settings, *, lost: bool) -> str:
    try:
        return signing_keys.rotate(settings, lost=lost)
    except OSError as error:
        folder = signing_key_path(settings).parent
        raise Conflict(
            Sentence(
                f"{folder} 写不了（{error}），没有更换。请检查权限和剩余空间。",
                f"{folder} can't be written to ({error}), nothing was changed: check its "
                "permissions and the room left.",
            )
        ) from error


def _plan_for_all(open_core: Callable[[Settings], Core], settings: Settings) -> None:
    """A screen that was paired a moment ago has no order yet: nothing to make a hand-over of."""
    with _opened(open_core, settings) as core:
        with core.config.read() as session:
            assigned = set(session.scalars(select(Assignment.screen_id)))
            waiting = [one.screen_id for one in facts(session) if one.screen_id not in assigned]
        if waiting:
            service.rebuild(core, waiting)


def _hand_over(core: Core, recovery: Signer | None, made: ec.EllipticCurvePublicKey | None) -> int:
    """Write an order with the new pins to every screen, in one transaction; how many."""
    if made is not None:
        core = replace(core, signer=replace(core.signer, recovery=made))
    keyring, now_ms = Keyring(core, recovery), core.clock.now_ms()
    with core.config.write() as session:
        every = list(session.scalars(select(Assignment.screen_id).order_by(Assignment.screen_id)))
        unbound = being_bound(session, now_ms)
        for start in range(0, len(every), GROUP):
            group = every[start : start + GROUP]
            issuing = Issuing(session, keyring, now_ms, group)
            for screen_id in group:
                row = issuing.rows[screen_id]
                desired = current_state(row, above=row.version + LEAP)
                newly_bound = screen_id in unbound
                issuing.issue(screen_id, msgspec.structs.replace(desired, newly_bound=newly_bound))
            issuing.finish()
        detail = {"screens": len(every)}
        acts = [(RECOVERED if recovery is not None else ROTATED, keyring.kid, detail)]
        acts += [(NEW_RECOVERY, key_id(made), {})] if made is not None else []
        record_all(session, now_ms, None, acts)
    return len(every)
