"""Room on the disk: uploads leave a reserve, by which sign-in, stops and plays go on."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from server.errors import StorageFull
from server.library import texts
from server.texts import Sentence

RESERVE_BYTES: Final = 256 * 1024 * 1024
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def require_room(folder: Path, count: int, why: Sentence = texts.NO_ROOM) -> None:
    """Raise StorageFull if so many bytes more would eat into the reserve; `why` says it."""
    if shutil.disk_usage(folder).free < count + RESERVE_BYTES:
        raise StorageFull(why)


@contextmanager
def full_in_words(why: Sentence = texts.NO_ROOM) -> Iterator[None]:
    """What a full disk does to a block, as StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise StorageFull(why) from error
