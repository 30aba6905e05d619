"""Files kept in a bucket: taken in, processed, served in parts, deleted, as in a folder."""

import hashlib
import itertools
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from server.content.assets.tasks import clear_arrivals
from server.foundation.config import WrongSetting, read_settings
from server.foundation.jobs.models import Job
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.assets import fetch
from tests.support.factories.sample_files import clip
from tests.support.factories.tus_client import uploaded
from tests.support.factories.uploads import read, ready_image, upload
from tests.support.network.s3 import S3Server, s3_server
from tests.support.patience import PATIENCE_S
from tests.support.processes.server import free_port
from tests.support.processes.web_worker import web_worker

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture
def url(s3: S3Server) -> str:
    return s3.url(f"district-{next(NUMBERS)}")


@pytest.fixture
def far(tmp_path: Path, url: str) -> World:
    """A server with its files in a bucket."""
    return make_world(tmp_path, storage_url=url)


def keys(s3: S3Server, url: str) -> set[str]:
    bucket = url.removeprefix("s3://").partition("/")[0]
    listed = s3.client().list_objects_v2(Bucket=bucket).get("Contents", ())
    return {one["Key"] for one in listed}


@pytest.mark.long
def test_a_photo_is_taken_in_processed_and_served_whole_and_in_parts(
    far: World, s3: S3Server, url: str, tmp_path: Path
) -> None:
    author = sign_in(far, "publicity")

    asset = ready_image(far, author, tmp_path)

    digest = asset["renditions"][0]["digest"]
    whole = fetch(author.client, f"/files/{digest}")
    part = fetch(author.client, f"/files/{digest}", {"Range": "bytes=100-299"})
    last = fetch(author.client, f"/files/{digest}", {"Range": "bytes=-7"})
    beyond = fetch(author.client, f"/files/{digest}", {"Range": f"bytes={len(whole.content)}-"})
    cached = fetch(author.client, f"/files/{digest}", {"If-None-Match": f'"{digest}"'})
    assert (whole.status, len(whole.content)) == (200, asset["renditions"][0]["bytes"])
    assert whole.headers["Content-Length"] == str(len(whole.content))
    assert (part.status, part.content) == (206, whole.content[100:300])
    assert (last.status, last.content) == (206, whole.content[-7:])
    assert (beyond.status, cached.status, cached.content) == (416, 304, b"")
    assert {"private", "immutable", "max-age=31536000"} <= {
        word.strip() for word in whole.headers["Cache-Control"].split(",")
    }
    found = keys(s3, url)
    assert f"anping/files/{digest[:2]}/{digest[2:4]}/{digest}" in found
    assert sum("/originals/" in key for key in found) == 1
    assert not (far.core.settings.data / "files").exists()


@pytest.mark.long
def test_a_clip_in_parts_is_processed_from_a_copy_that_goes_again(
    far: World, tmp_path: Path
) -> None:
    author = sign_in(far, "publicity")
    content = clip(tmp_path / "clip.mp4", seconds=1.0).read_bytes()

    asset = uploaded(author, content, filename="clip.mp4")
    run_jobs(far.core)

    assert read(author, asset)["state"] == "ready"
    cache = far.core.settings.data / "cache"
    copies = [path for path in cache.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in copies] == [content]
    os.utime(copies[0], (0, 0))
    clear_arrivals(far.core, Job())
    assert [path for path in cache.rglob("*") if path.is_file()] == []


@pytest.mark.long
def test_a_bucket_that_hangs_keeps_nobody_else_waiting(
    far: World, s3: S3Server, tmp_path: Path
) -> None:
    """The real web worker; twelve readers hang on the bucket while others are answered."""
    author = sign_in(far, "publicity")
    digest = ready_image(far, author, tmp_path)["renditions"][0]["digest"]
    token = author.client.post("/api/v1/tokens", json={"name": "reader"}).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    with web_worker(far) as site, ThreadPoolExecutor(12) as readers:

        def read_file(_turn: int) -> bytes:
            return requests.get(
                f"{site.base}/files/{digest}", headers=headers, timeout=PATIENCE_S
            ).content

        whole = read_file(0)
        s3.process.send_signal(signal.SIGSTOP)
        try:
            waiting = [readers.submit(read_file, turn) for turn in range(12)]
            time.sleep(0.5)
            took_s = [_answered_s(f"{site.base}/api/v1/assets", headers) for _ in range(5)]
            still_waiting = [not one.done() for one in waiting]
        finally:
            s3.process.send_signal(signal.SIGCONT)
        contents = [one.result() for one in waiting]

    print(f"answers while the bucket hung: {max(took_s) * 1000:.0f} ms at most")
    assert all(still_waiting)
    assert set(contents) == {whole}
    assert hashlib.sha256(whole).hexdigest() == digest


def _answered_s(url: str, headers: dict[str, str]) -> float:
    began = time.monotonic()
    assert requests.get(url, headers=headers, timeout=PATIENCE_S).status_code == 200
    return time.monotonic() - began


def test_a_bucket_that_is_away_is_503_and_the_upload_goes_on_later(
    tmp_path: Path, s3: S3Server
) -> None:
    gone = f"s3://gone/x?endpoint_url=http://127.0.0.1:{free_port()}"
    world = make_world(tmp_path, storage_url=gone)
    author = sign_in(world, "publicity")
    photo_path = clip(tmp_path / "a.mp4", seconds=0.2)

    answer = upload(author, photo_path)

    assert (answer.status_code, answer.json["code"]) == (503, "busy")
    assert "存储" in answer.json["detail"]
    assert world.core.originals.at_hand("0" * 64)


@pytest.mark.parametrize("value", ["/srv/files", "s3://", "s3://b/p?endpoint=x", "http://b"])
def test_a_wrong_address_stops_the_start_and_is_named(tmp_path: Path, value: str) -> None:
    with pytest.raises(WrongSetting, match=r"ANPING_STORAGE_URL.*s3://BUCKET/PREFIX"):
        read_settings(data=tmp_path, storage_url=value)
