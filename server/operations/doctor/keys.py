"""Checks of keys: readable, private, and trusted by screens."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.foundation.config import Settings
from server.foundation.crypto.signing import key_id, read_public_key, recovery_paths
from server.operations.doctor.finding import Check, Finding
from server.operations.doctor.stores import rows
from server.publishing.assignments.key_rotation import RECOVERED
from server.publishing.assignments.signing_keys import former_folder, signing_key_path

PINS: Final = (
    "SELECT pinned, COUNT(*) FROM assignments"
    " WHERE screen_id NOT IN (SELECT screen_id FROM hand_overs) GROUP BY pinned"
)
REFUSING: Final = (
    "SELECT COUNT(*) FROM assignments JOIN assignment_receipts AS receipts"
    " ON receipts.screen_id = assignments.screen_id AND receipts.version = assignments.version"
    " WHERE receipts.state = 'refused' AND receipts.reason IN ('unknown_key', 'bad_signature')"
)
WAITING: Final = (
    "SELECT MAX(hand_overs.expires_at) FROM hand_overs JOIN screens ON screens.id = screen_id"
    " WHERE retired_at IS NULL AND revoked_at IS NULL GROUP BY screen_id"
)
USED: Final = (
    "SELECT action, at FROM audit_entries WHERE action IN"
    " ('server.recover_key', 'server.new_recovery_key') ORDER BY id DESC LIMIT 1"
)
MADE: Final = (
    "SELECT object FROM audit_entries WHERE action = 'server.new_recovery_key'"
    " ORDER BY id DESC LIMIT 1"
)
SIGNING: Final = Check("签名密钥", "signing key")
RECOVERY: Final = Check("恢复密钥", "recovery key")


def keys(settings: Settings, now_ms: int) -> Iterator[Finding]:
    """Whether screens accept this server's signatures, and will after a theft."""
    path = signing_key_path(settings)
    kid = _kid(path)
    if kid is None:
        yield SIGNING.bad(
            f"{path} 无法读取：恢复备份中的密钥；没有备份的，停止服务，"
            "运行 keys rotate --recovery 恢复密钥文件。",
            f"{path} can't be read: restore it from a backup; without one stop the server and run "
            "keys rotate --recovery FILE with the recovery key.",
        )
        return
    yield from _private(settings.data / "keys")
    yield _trusted(settings, kid, now_ms)
    yield from _recovery(settings)


def _kid(path: Path) -> str | None:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        return None
    is_ours = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp256r1"
    return key_id(key.public_key()) if is_ours else None  # type: ignore[arg-type] # see is_ours


def _private(folder: Path) -> Iterator[Finding]:
    files = [
        one for one in folder.rglob("*") if one.is_file() and not one.name.endswith(".pub.pem")
    ]
    readable = [one.name for one in files if one.stat().st_mode & 0o077]
    if readable:
        names = ", ".join(sorted(readable))
        yield SIGNING.warn(
            f"他人可读：{names}。chmod 600。",
            f"others can read {names}: chmod 600.",
        )


def _trusted(settings: Settings, kid: str, now_ms: int) -> Finding:
    own_kids = {kid, *map(_kid, former_folder(settings).glob("*.pem"))}
    strangers = sum(count for pinned, count in rows(settings, PINS) if pinned not in own_kids)
    refusing = sum(row[0] for row in rows(settings, REFUSING))
    if strangers or refusing:
        return SIGNING.bad(
            f"{kid}：有 {max(strangers, refusing)} 块屏信任的是另一把密钥，不接受下发。"
            "恢复原来的密钥；没有的，停止服务，运行 keys rotate --recovery 恢复密钥文件。",
            f"{kid}: {max(strangers, refusing)} screens trust another key and accept nothing: "
            "restore that key; without it stop the server and run keys rotate --recovery FILE.",
        )
    ends = [row[0] for row in rows(settings, WAITING)]
    over = sum(end_ms <= now_ms for end_ms in ends)
    if over:
        return SIGNING.bad(
            f"{kid}：有 {over} 块屏离线太久，换钥指令已过期。停止服务，再运行一次 "
            "keys rotate --recovery 文件，用当时那把恢复密钥（后来换下的也用它）；"
            "或到现场重新绑定。",
            f"{kid}: {over} screens were away for so long that the order with the new key has "
            "expired. Stop the server and run keys rotate --recovery FILE again, with the recovery "
            "key that was used then even if another one has replaced it, or pair them.",
        )
    if ends:
        return SIGNING.ok(
            f"{kid}；还有 {len(ends)} 块屏没有换上，恢复联网后自动更换。",
            f"{kid}; {len(ends)} screens haven't changed over to it and will when they are back.",
        )
    return SIGNING.ok(f"{kid}，各屏信任。", f"{kid}, which all screens trust.")


def _recovery(settings: Settings) -> Iterator[Finding]:
    private, public = recovery_paths(signing_key_path(settings))
    if private.exists():
        yield RECOVERY.warn(
            "私钥仍在服务器上：移到离线介质保存后从服务器删除。",
            "its private half is still on the server: keep it elsewhere and delete it here.",
        )
    if not public.exists():
        yield RECOVERY.warn(
            "没有公钥：新绑定的屏将没有恢复密钥。从备份恢复 recovery-key.pub.pem；"
            "没有的，停止服务，运行 keys rotate --new-recovery 文件。",
            "its public half is missing, so new screens won't have it: restore "
            "recovery-key.pub.pem from a backup, or stop the server and run keys rotate "
            "--new-recovery FILE.",
        )
    elif theirs := _other_than(settings, public):
        yield RECOVERY.bad(
            f"更换没有完成：各屏换上的是 {theirs}，服务器上的公钥是另一把。"
            "停止服务，运行 keys rotate --new-recovery 文件 再换一次。",
            f"its change isn't complete: screens were given {theirs}, and the public half here is "
            "another one. Stop the server and run keys rotate --new-recovery FILE again.",
        )
    elif was_used := _used_on(settings):
        yield RECOVERY.warn(
            f"{was_used} 用过：若当时那台机器可能被人动过，停止服务，"
            "运行 keys rotate --new-recovery 文件 换一把。",
            f"it was used on {was_used}: if that machine may have been in other hands, change it: "
            "stop the server and run keys rotate --new-recovery FILE.",
        )
    elif not private.exists():
        yield RECOVERY.ok("私钥不在服务器上。", "its private half isn't on the server.")


def _other_than(settings: Settings, public: Path) -> str:
    """The recovery key that screens got last, unless it is this one."""
    key = read_public_key(public.read_bytes())
    for (made,) in rows(settings, MADE):
        if key is None or made != key_id(key):
            return str(made)
    return ""


def _used_on(settings: Settings) -> str:
    """Its day of use, unless there is a newer key."""
    for action, at_ms in rows(settings, USED):
        if action == RECOVERED:
            return f"{datetime.fromtimestamp(at_ms / 1000, settings.zone):%Y-%m-%d}"
    return ""
