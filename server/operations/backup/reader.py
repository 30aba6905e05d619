"""Unpacks an archive into a folder and checks every file's digest."""

import gzip
import hashlib
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from server.operations.backup.errors import Damaged
from server.operations.backup.manifest import MEDIA, NAME, Contents, Member, read_contents

CHUNK: Final = 1024 * 1024
MOST_MANIFEST: Final = 512 * 1024 * 1024
# Only these names are ever written, so no archive can escape the folder.
_NAMES: Final = re.compile(
    r"(config|plays)\.db|postgres/((config|plays)\.[a-z0-9_]+\.copy|facts\.json)|keys(/[A-Za-z0-9._-]*[A-Za-z0-9_-]){1,2}"
    r"|(originals|files|reports)/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}"
)


def unpack(archive: Path, folder: Path) -> Contents:
    """Unpack everything into an empty folder; returns the manifest. Raises Damaged, OSError."""
    found: dict[str, Member] = {}
    contents: Contents | None = None
    with (
        _in_words(),
        gzip.open(archive) as packed,
        tarfile.open(fileobj=packed, mode="r|") as tar,
    ):
        for info in tar:
            source = tar.extractfile(info) if info.isreg() else None
            if contents is not None or source is None:
                raise Damaged(f"含有多余内容 {info.name}", f"{info.name} doesn't belong in it")
            if info.name == NAME:
                contents = read_contents(source.read(MOST_MANIFEST))
            else:
                found[info.name] = _written(source, folder, info.name)
    if contents is None:
        raise Damaged("没有结尾的清单", "it has no manifest at its end")
    _compare(contents, found)
    return contents


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise Damaged("无法解开", f"it can't be unpacked ({error})") from error
    except OSError as error:
        # gzip's own errors are OSErrors without errno; a full disk has one.
        if error.errno is not None:
            raise
        raise Damaged("无法解开", f"it can't be unpacked ({error})") from error


def _written(source: IO[bytes], folder: Path, name: str) -> Member:
    if not _NAMES.fullmatch(name):
        raise Damaged(f"含有多余内容 {name}", f"{name} doesn't belong in it")
    target = folder / name
    target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    hashing, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while chunk := source.read(CHUNK):
            hashing.update(chunk)
            size += file.write(chunk)
    target.chmod(0o640 if name.startswith(MEDIA) else 0o600)
    return Member(size, hashing.hexdigest())


def _compare(contents: Contents, found: dict[str, Member]) -> None:
    for name in sorted(contents.members.keys() | found.keys()):
        declared, is_here = contents.members.get(name), found.get(name)
        if declared is None or is_here is None:
            raise Damaged(f"缺少 {name}", f"{name} is missing")
        named = name.rpartition("/")[2] if name.startswith(MEDIA) else is_here.sha256
        if declared != is_here or named != is_here.sha256:
            raise Damaged(f"{name} 的内容与清单不符", f"{name} isn't what the manifest says")
