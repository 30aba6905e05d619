"""The key that signs cookies: from the settings, else generated once in the data folder."""

import os
import secrets
from pathlib import Path

from media.storage.file_store import sync_folder
from server.foundation.config import Settings
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence


def secret_key(settings: Settings) -> str:
    """The key; stable over restarts, so that sessions survive.

    Raises Conflict if its file exists but is empty: a new key would make all encrypted secrets
    unreadable.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = secret_key_path(settings)
    if not path.exists():
        _make(path)
    key = path.read_text(encoding="utf-8").strip()
    if not key:
        raise Conflict(_empty(path), code="secret_key_empty")
    return key


def secret_key_path(settings: Settings) -> Path:
    """The path of the key, unless it is in the settings."""
    return settings.data / "keys" / "secret-key"


def is_missing(settings: Settings) -> bool:
    """Whether there is no key yet, so that one would be generated."""
    return settings.secret_key is None and not secret_key_path(settings).exists()


def _make(path: Path) -> None:
    """Write a new key, durably and atomically; a key written by another process first is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink()
    sync_folder(path.parent)


def _empty(path: Path) -> Sentence:
    return Sentence(
        f"服务器密钥 {path} 是空的（多为断电所致），没有启动，以免换钥后已加密的内容读不出。"
        "请从备份找回；确认没有备份的，删除该文件后再启动：需重新登录，重新填写通知地址和两步验证。",
        f"the server's key {path} is empty, mostly after a power cut, so nothing was started: what "
        "is sealed under it couldn't be read any more. Bring it back from a backup; if there is "
        "none, delete the file and start: people sign in anew, and enter addresses of targets and "
        "second factors again.",
    )
