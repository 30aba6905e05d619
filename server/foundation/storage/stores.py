"""Opens the file stores: folders in the data folder, or a bucket (`ANPING_STORAGE_URL`)."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from media.storage.bucket_url import Bucket, StoreAway
from media.storage.file_store import FolderStore, Kept, Store
from server.foundation.config import Settings
from server.foundation.errors import Busy
from server.foundation.i18n import Sentence
from server.foundation.runtime.blocking import Lane, run_blocking

Result = TypeVar("Result")
Run = Callable[[Callable[[], Any]], Any]

THREADS: Final = 8

AWAY = Sentence(
    "文件存储暂时连接不上，请稍后重试。",
    "The storage of files can't be reached: try again shortly.",
)


def open_store(settings: Settings, name: str) -> Store:
    """The store `files` or `originals`; nothing is connected yet."""
    if settings.storage_url is None:
        return StoreApart(FolderStore(settings.data / name), run_blocking)
    from media.storage.s3_store import S3Store

    bucket = Bucket.of(settings.storage_url)
    cache = settings.data / "cache" / name
    return StoreApart(S3Store(bucket, name, cache), Lane(THREADS, keeps_sockets=True).run)


class StoreApart:
    """A store whose work runs outside the loop; an unavailable one raises Busy."""

    def __init__(self, store: Store, run: Run) -> None:
        self._store = store
        self._run = run

    def add(self, path: Path) -> str:
        """Move the file into the store and return its digest."""
        return self._asked(partial(self._store.add, path))

    def path(self, digest: str) -> Path:
        """The path of a whole local copy. Raises KeyError if it isn't stored."""
        return self._asked(partial(self._store.path, digest))

    def has(self, digest: str) -> bool:
        """Whether the whole file is stored."""
        return self._asked(partial(self._store.has, digest))

    def local(self, digest: str) -> Path | None:
        """Its path on this machine, if it is local."""
        return self._store.local(digest)

    def at_hand(self, digest: str) -> bool:
        """As `has` without blocking, for use in transactions."""
        return self._store.at_hand(digest)

    def size(self, digest: str) -> int:
        """The file's size in bytes. Raises KeyError if it isn't stored."""
        return self._asked(partial(self._store.size, digest))

    def part(self, digest: str, start: int, length: int) -> bytes:
        """`length` bytes from `start` on, fewer at the end. Raises KeyError."""
        return self._asked(partial(self._store.part, digest, start, length))

    def remove(self, digest: str) -> None:
        """Delete the file; no error if it isn't stored."""
        self._asked(partial(self._store.remove, digest))

    def kept(self) -> Iterator[Kept]:
        """All stored files."""
        return iter(self._asked(lambda: list(self._store.kept())))

    def measured(self, digest: str) -> str:
        """The digest computed from the stored content. Raises KeyError if it isn't stored."""
        return self._asked(partial(self._store.measured, digest))

    def tidy(self, before_s: float) -> None:
        """Delete local copies that were not used since then (seconds since 1970)."""
        self._asked(partial(self._store.tidy, before_s))

    def _asked(self, work: Callable[[], Result]) -> Result:
        try:
            result: Result = self._run(work)
        except StoreAway as error:
            raise Busy(AWAY) from error
        return result
