"""Keys: readable, private, and those that screens trust."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.config import Settings
from server.doctor.finding import Finding, bad, ok, warn
from server.doctor.stores import rows
from server.loops.keys import former_folder, signing_key_path
from server.signing import key_id
from server.texts import Sentence

PINS: Final = "SELECT pinned, COUNT(*) FROM assignments GROUP BY pinned"
SIGNING: Final = Sentence("签名密钥", "signing key")
RECOVERY: Final = Sentence("恢复密钥", "recovery key")


def keys(settings: Settings) -> Iterator[Finding]:
    """Whether screens accept what this server signs."""
    path = signing_key_path(settings)
    kid = _kid(path)
    if kid is None:
        yield bad(
            SIGNING,
            f"{path} 无法读取：恢复备份中的密钥，否则每块屏都要重新绑定。",
            f"{path} can't be read: restore it from a backup, or every screen must be paired anew.",
        )
        return
    yield from _private(settings.data / "keys")
    yield _trusted(settings, kid)
    yield _recovery(path)


def _kid(path: Path) -> str | None:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        return None
    is_ours = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp256r1"
    return key_id(key.public_key()) if is_ours else None  # type: ignore[arg-type] # told by is_ours


def _private(folder: Path) -> Iterator[Finding]:
    files = [
        one for one in folder.rglob("*") if one.is_file() and not one.name.endswith(".pub.pem")
    ]
    readable = [one.name for one in files if one.stat().st_mode & 0o077]
    if readable:
        names = ", ".join(sorted(readable))
        yield warn(
            SIGNING,
            f"他人可读：{names}。chmod 600。",
            f"others can read {names}: chmod 600.",
        )


def _trusted(settings: Settings, kid: str) -> Finding:
    known = {kid, *(one.stem for one in former_folder(settings).glob("*.pem"))}
    strangers = sum(count for pinned, count in rows(settings, PINS) if pinned not in known)
    if strangers:
        return bad(
            SIGNING,
            f"{kid}：有 {strangers} 块屏信任的是另一把密钥，不会接受下发。恢复原来的密钥。",
            f"{kid}: {strangers} screens trust another key and accept nothing: restore that key.",
        )
    return ok(SIGNING, f"{kid}，各屏信任。", f"{kid}, which all screens trust.")


def _recovery(signing: Path) -> Finding:
    if signing.with_name("recovery-key.pem").exists():
        return warn(
            RECOVERY,
            "私钥仍在服务器上：移到离线介质保存后从服务器删除。",
            "its private half is still on the server: keep it elsewhere and delete it here.",
        )
    if not signing.with_name("recovery-key.pub.pem").exists():
        return warn(
            RECOVERY,
            "没有公钥：新绑定的屏将没有恢复密钥。从备份恢复 recovery-key.pub.pem。",
            "its public half is missing, so new screens won't have it: restore "
            "recovery-key.pub.pem from a backup.",
        )
    return ok(RECOVERY, "私钥不在服务器上。", "its private half isn't on the server.")
