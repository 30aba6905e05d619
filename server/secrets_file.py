"""The key that signs cookies: from the settings, else made once and kept in the data folder."""

import os
import secrets

from server.config import Settings


def secret_key(settings: Settings) -> str:
    """The key; stays the same over restarts, so that sessions do too."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data / "keys" / "secret-key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()
