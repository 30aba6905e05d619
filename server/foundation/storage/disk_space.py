"""Disk space: uploads leave a reserve, so that sign-in, stops and plays continue."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from server.foundation.errors import StorageFull
from server.foundation.i18n import Sentence
from server.foundation.storage.reserve import is_full

RESERVE_BYTES: Final = 256 * 1024 * 1024
NO_ROOM: Final = Sentence(
    "服务器存储空间不足，暂不能上传。请联系管理员清理或扩容后再试。",
    "The server's storage is full, so nothing can be uploaded: ask the administrator to make room, "
    "then try again.",
)


def require_room(folder: Path, count: int, why: Sentence = NO_ROOM) -> None:
    """Raise StorageFull with text `why` if so many more bytes would use up the reserve."""
    if shutil.disk_usage(folder).free < count + RESERVE_BYTES:
        raise StorageFull(why)


@contextmanager
def full_in_words(why: Sentence = NO_ROOM) -> Iterator[None]:
    """Convert full-disk errors in the block to StorageFull."""
    try:
        yield
    except OSError as error:
        if not is_full(error):
            raise
        raise StorageFull(why) from error
