"""A file store in an S3-compatible bucket, with a local cache of whole files.

Objects are atomic: one PUT each, whose SHA-256 the server checks. Clients aren't shared among
threads, so that each thread has its own connections.
"""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import create_loader
from botocore.session import get_session

from media.storage.bucket_url import Bucket, StoreAway
from media.storage.file_store import DIGEST, FolderStore, Kept, digest_of, place_of

LARGEST_OBJECT: Final = 5 * 1024**3
CHUNK: Final = 1024 * 1024
# A file that arrived recently is about to be used: it isn't removed yet.
RECENT_S: Final = 900.0
MISSING: Final = frozenset({"404", "NoSuchKey", "NotFound"})


class S3Store:
    """A store below `prefix/name/` of a bucket."""

    def __init__(
        self, bucket: Bucket, name: str, cache: Path, *, recent_s: float = RECENT_S
    ) -> None:
        self._recent_s = recent_s
        self._bucket = bucket
        self._root = "/".join(part for part in (bucket.prefix, name) if part) + "/"
        self._cache = FolderStore(cache)
        self._incoming = cache / "incoming"
        self._clients: dict[int, Any] = {}
        # Parses the service's description once for all clients, which takes most of their creation.
        self._loader = create_loader()

    def add(self, path: Path) -> str:
        """Move the file into the bucket and return its digest; complete on return.

        If killed at any point, either the whole object is there or the source still is.
        """
        digest = digest_of(path)
        if path.stat().st_size > LARGEST_OBJECT:
            text = f"an object has at most {LARGEST_OBJECT} bytes: {path}"
            raise ValueError(text)
        if not self._freshened(digest):
            with path.open("rb") as content, self._reached(digest):
                self._client().put_object(
                    **self._named(digest),
                    Body=content,
                    ChecksumSHA256=base64.b64encode(bytes.fromhex(digest)).decode(),
                )
        path.unlink()
        return digest

    def path(self, digest: str) -> Path:
        """Return the path of a whole local copy. Raises KeyError, StoreAway."""
        try:
            found = self._cache.path(digest)
        except KeyError:
            return self._fetched(digest)
        os.utime(found)
        return found

    def has(self, digest: str) -> bool:
        """Whether the whole file is stored. Raises StoreAway."""
        try:
            self.size(digest)
        except KeyError:
            return False
        return True

    def local(self, digest: str) -> Path | None:
        """None: files aren't local."""
        return None

    def at_hand(self, digest: str) -> bool:
        """Whether it may be referenced now, without a request: `remove` spares recent files."""
        return DIGEST.fullmatch(digest) is not None

    def size(self, digest: str) -> int:
        """Return the file's size in bytes. Raises KeyError, StoreAway."""
        return int(self._head(digest)["ContentLength"])

    def part(self, digest: str, start: int, length: int) -> bytes:
        """Return some of its bytes. Raises KeyError, StoreAway."""
        span = f"bytes={start}-{start + length - 1}"
        with self._reached(digest):
            answer = self._client().get_object(**self._named(digest), Range=span)
            content: bytes = answer["Body"].read()
        return content

    def remove(self, digest: str) -> None:
        """Delete the file, unless it arrived recently; no error if it isn't stored."""
        try:
            head = self._head(digest)
        except KeyError:
            return
        if (head["Date"] - head["LastModified"]).total_seconds() >= self._recent_s:
            with self._reached(digest):
                self._client().delete_object(**self._named(digest))
            self._cache.remove(digest)

    def kept(self) -> Iterator[Kept]:
        """All stored files. Raises StoreAway."""
        pages = self._client().get_paginator("list_objects_v2")
        with self._reached(""):
            for page in pages.paginate(Bucket=self._bucket.name, Prefix=self._root):
                for found in page.get("Contents", ()):
                    digest = found["Key"].rpartition("/")[2]
                    if DIGEST.fullmatch(digest):
                        changed_ms = int(found["LastModified"].timestamp() * 1000)
                        yield Kept(digest, found["Size"], changed_ms)

    def measured(self, digest: str) -> str:
        """Return the digest of the stored content. Raises KeyError, StoreAway."""
        with self._incoming_file() as sink:
            self._download(digest, sink)
            return digest_of(Path(sink.name))

    def tidy(self, before_s: float) -> None:
        """Delete cached copies that were not used since then (seconds since 1970)."""
        self._cache.forget_unused(before_s)

    def _fetched(self, digest: str) -> Path:
        with self._incoming_file() as sink:
            self._download(digest, sink)
            found = self._cache.add(Path(sink.name))
        if found != digest:
            self._cache.remove(found)
            text = f"the bucket's {digest} has been altered: its content is {found}"
            raise StoreAway(text)
        return self._cache.path(digest)

    @contextmanager
    def _incoming_file(self) -> Iterator[IO[bytes]]:
        self._incoming.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._incoming, delete=False) as sink:
            try:
                yield sink
            finally:
                Path(sink.name).unlink(missing_ok=True)

    def _download(self, digest: str, sink: IO[bytes]) -> None:
        with self._reached(digest):
            body = self._client().get_object(**self._named(digest))["Body"]
            for chunk in body.iter_chunks(CHUNK):
                sink.write(chunk)
        sink.flush()

    def _freshened(self, digest: str) -> bool:
        """Whether it is stored; if so its arrival time is reset to now."""
        named = self._named(digest)
        try:
            with self._reached(digest):
                self._client().copy_object(
                    **named,
                    CopySource={"Bucket": named["Bucket"], "Key": named["Key"]},
                    MetadataDirective="REPLACE",
                )
        except KeyError:
            return False
        return True

    def _head(self, digest: str) -> dict[str, Any]:
        with self._reached(digest):
            head: dict[str, Any] = self._client().head_object(**self._named(digest))
        sent = head["ResponseMetadata"]["HTTPHeaders"]["date"]
        return head | {"Date": parsedate_to_datetime(sent)}

    def _named(self, digest: str) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": self._root + place_of(digest)}

    @contextmanager
    def _reached(self, digest: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in MISSING:
                raise KeyError(digest) from error
            raise StoreAway(str(error)) from error
        except BotoCoreError as error:
            raise StoreAway(str(error)) from error

    def _client(self) -> Any:
        own = threading.get_native_id()
        if own not in self._clients:
            self._clients[own] = _client(self._bucket, self._loader)
        return self._clients[own]


def _client(bucket: Bucket, loader: Any) -> Any:
    """A client of its own session: creating one from the shared session isn't thread-safe."""
    session = get_session()
    session.register_component("data_loader", loader)
    settings = Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"max_attempts": 3, "mode": "standard"},
        # S3-compatible servers may not support the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": bucket.addressing_style, "payload_signing_enabled": True},
    )
    return boto3.session.Session(botocore_session=session).client(
        "s3",
        endpoint_url=bucket.endpoint_url,
        region_name=bucket.region_name or "us-east-1",
        config=settings,
    )
