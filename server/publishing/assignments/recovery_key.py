"""The recovery key: screens trust it beside the signing key, and the operator keeps it away."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from server.foundation.config import Settings
from server.foundation.crypto.signing import (
    Signer,
    key_id,
    read_private,
    read_public_key,
    recovery_paths,
    write_private,
)
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.publishing.assignments.signing_keys import signing_key_path


def read_recovery(settings: Settings, path: Path) -> Signer:
    """The recovery key in the operator's file. Raises Conflict if screens wouldn't know it."""
    try:
        found = read_private(path)
    except (OSError, TypeError, ValueError) as error:
        raise Conflict(
            Sentence(
                f"{path} 中没有恢复密钥的私钥（PEM，不加口令）：{error}",
                f"{path} holds no private recovery key (PEM, without a password): {error}",
            )
        ) from error
    kid, trusted = key_id(found.public_key()), _trusted_kid(settings)
    if trusted is not None and trusted != kid:
        raise Conflict(
            Sentence(
                f"{path} 不是各屏信任的恢复密钥（文件 {kid}，应为 {trusted}），没有更换。"
                "请换成正确的文件。",
                f"{path} isn't the recovery key that screens trust ({kid} instead of {trusted}), "
                "nothing was changed: take the right file.",
            )
        )
    return Signer(found)


def former_recovery(settings: Settings, path: Path) -> Signer | None:
    """The key in a file, if another one has taken its place as the recovery key."""
    try:
        found = Signer(read_private(path))
    except (OSError, TypeError, ValueError):
        return None
    return found if _trusted_kid(settings) not in {None, found.kid} else None


def make_recovery(settings: Settings, path: Path) -> ec.EllipticCurvePublicKey:
    """Write a new recovery key to a new file; returns its public half.

    Raises Conflict, also for a path among the server's own keys or in its backups.
    """
    if _is_of_server(settings, path):
        raise Conflict(
            Sentence(
                f"{path} 在服务器的数据文件夹或密钥文件夹中，恢复密钥不能与签名密钥放在一起，"
                "没有更换。请指定别处的文件，最好在 U 盘上。",
                f"{path} is in the server's data folder or beside its signing key, where the "
                "recovery key mustn't lie, and nothing was changed: name a file elsewhere, best "
                "on a stick.",
            )
        )
    if path.exists() or not path.parent.is_dir():
        raise Conflict(
            Sentence(
                f"{path} 已存在，或没有这个文件夹，没有更换。请换一个文件名。",
                f"{path} is there already, or its folder isn't, and nothing was changed: give "
                "another name.",
            )
        )
    key = ec.generate_private_key(ec.SECP256R1())
    try:
        write_private(path, key)
    except OSError as error:
        raise Conflict(
            Sentence(
                f"{path} 写不了（{error}），没有更换。",
                f"{path} can't be written ({error}), nothing was changed.",
            )
        ) from error
    return key.public_key()


def _is_of_server(settings: Settings, path: Path) -> bool:
    named, beside = path.resolve(), signing_key_path(settings).resolve().parent
    return named.parent == beside or named.is_relative_to(settings.data.resolve())


def _trusted_kid(settings: Settings) -> str | None:
    public = recovery_paths(signing_key_path(settings))[1]
    key = read_public_key(public.read_bytes()) if public.exists() else None
    return key_id(key) if key is not None else None
