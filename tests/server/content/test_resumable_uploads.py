"""Uploads in parts (tus 1.0.0): gone on with where they broke off, whole or nothing, one's own."""

import os
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.content.assets.tasks import clear_arrivals
from server.content.models import Asset
from server.content.paths import uploads
from server.content.uploads import upload_store
from server.content.uploads.upload_store import Pending
from server.foundation.jobs.models import Job
from server.foundation.storage.disk_space import RESERVE_BYTES
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_unit
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World, make_world
from tests.support.factories.sample_files import photo
from tests.support.factories.tus_client import (
    ADDRESS,
    PART,
    VERSION,
    ask,
    begin,
    drop,
    progress,
    send,
    uploaded,
)
from tests.support.factories.uploads import approved_image, read, ready_image, upload
from tests.support.processes.reading_process import read_by_another


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("content")
    return photo(folder / "photo.jpg", size=(900, 700)).read_bytes()


@pytest.fixture
def author(world: World) -> Person:
    return sign_in(world, "publicity")


def assets(world: World) -> int:
    with world.core.config.read() as session:
        return session.scalar(select(func.count(Asset.id))) or 0


def test_the_supported_protocol_is_shown_to_anyone(world: World) -> None:
    answer = world.visitor().options(ADDRESS)

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination,expiration"
    assert answer.headers["Tus-Max-Size"] == str(4096 * 2**20)


def test_parts_make_an_asset_with_the_last_one(
    world: World, author: Person, content: bytes
) -> None:
    half = len(content) // 2
    url = begin(author, len(content), filename="现场\u202e照片.jpg")

    first = send(author, url, 0, content[:half])
    between = progress(author, url)
    last = send(author, url, half, content[half:])

    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    assert "Anping-Asset" not in first.headers
    assert between.status_code == 200
    assert between.headers["Upload-Offset"] == str(half)
    assert between.headers["Upload-Length"] == str(len(content))
    assert between.headers["Cache-Control"] == "no-store"
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(content)))
    asset = read(author, last.headers["Anping-Asset"])
    assert (asset["name"], asset["sha256"]) == ("现场照片.jpg", sha256(content).hexdigest())
    assert asset["bytes"] == len(content)
    assert world.core.originals.path(asset["sha256"]).read_bytes() == content


@pytest.mark.slow
def test_a_later_query_names_the_asset_too(author: Person, content: bytes) -> None:
    url = begin(author, len(content))
    asset = send(author, url, 0, content).headers["Anping-Asset"]

    again = progress(author, url)

    assert again.headers["Anping-Asset"] == asset
    assert again.headers["Upload-Offset"] == again.headers["Upload-Length"] == str(len(content))


def test_a_repeated_request_gets_the_same_answer(author: Person, content: bytes) -> None:
    url = begin(author, len(content), filename="a.jpg", name="国庆")

    assert progress(author, url).headers["Upload-Metadata"] == "filename YS5qcGc=,name 5Zu95bqG"
    assert uploaded(author, content, filename="a.jpg", name="国庆")


def test_another_offset_is_409_and_changes_nothing(author: Person, content: bytes) -> None:
    url = begin(author, len(content))
    send(author, url, 0, content[:1000])

    wrong = [send(author, url, at, content[at:]) for at in (0, 999, 1001)]

    assert [(one.status_code, one.json["code"]) for one in wrong] == [(409, "offset")] * 3
    assert wrong[0].json["offset"] == 1000
    assert progress(author, url).headers["Upload-Offset"] == "1000"


def test_more_than_was_announced_is_413_and_changes_nothing(author: Person, content: bytes) -> None:
    url = begin(author, len(content))

    answer = send(author, url, 0, content + b"x")

    assert answer.status_code == 413
    assert progress(author, url).headers["Upload-Offset"] == "0"


@pytest.mark.slow
@pytest.mark.parametrize("sent", [{}, {"Tus-Resumable": "0.2.2"}])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_is_412_with_the_supported_one(
    author: Person, sent: dict[str, str], method: str
) -> None:
    url = ADDRESS if method == "POST" else begin(author, 100)

    answer = author.client.open(url, method=method, headers={**sent, "Upload-Length": "9"})

    assert answer.status_code == 412
    assert answer.headers["Tus-Version"] == "1.0.0"
    if method != "HEAD":
        assert answer.json["code"] == "tus_version"


@pytest.mark.parametrize("length", [None, "", "-1", "ten", "1.5", "١", "1" * 16])
def test_a_length_that_is_none_is_422(author: Person, length: str | None) -> None:
    headers = VERSION if length is None else {**VERSION, "Upload-Length": length}

    answer = author.client.post(ADDRESS, headers=headers)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/Upload-Length"


@pytest.mark.parametrize(
    "metadata", ["filename ***", "filename /w==", "filename AAAA", "name " * 900]
)
def test_metadata_that_cannot_be_read_is_422(author: Person, metadata: str) -> None:
    headers = {**VERSION, "Upload-Length": "9", "Upload-Metadata": metadata}

    assert author.client.post(ADDRESS, headers=headers).status_code == 422


def test_a_part_must_have_its_content_type(author: Person, content: bytes) -> None:
    url = begin(author, len(content))
    headers = {**PART, "Upload-Offset": "0", "Content-Type": "application/octet-stream"}

    assert author.client.patch(url, data=content, headers=headers).status_code == 415


def test_a_size_over_the_limit_is_413_before_a_byte_is_sent(tmp_path: Path) -> None:
    world = make_world(tmp_path, max_video_mb=3, max_image_mb=2)

    answer = ask(sign_in(world, "publicity"), 3 * 2**20 + 1)

    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert "3 MB" in answer.json["detail"]
    assert list(uploads(world.core).iterdir()) == []


def test_an_empty_file_is_refused_in_words(author: Person) -> None:
    answer = ask(author, 0)

    assert (answer.status_code, answer.json["code"]) == (422, "empty")


def test_what_can_never_be_shown_is_refused_as_soon_as_its_head_is_there(
    world: World, author: Person
) -> None:
    url = begin(author, 10_000_000)

    answer = send(author, url, 0, b"<html><script>1</script>".ljust(70_000))

    assert (answer.status_code, answer.json["code"]) == (422, "unsupported")
    assert progress(author, url).status_code == 404
    assert list(uploads(world.core).iterdir()) == []


def test_a_short_file_is_judged_when_it_is_whole(world: World, author: Person) -> None:
    url = begin(author, 200)
    half = send(author, url, 0, b"PK\x03\x04" + bytes(96))

    answer = send(author, url, 100, bytes(100))

    assert half.status_code == 204
    assert (answer.status_code, answer.json["code"]) == (422, "unsupported")
    assert list(uploads(world.core).iterdir()) == []


def test_a_picture_over_its_own_limit_is_413(tmp_path: Path, content: bytes) -> None:
    world = make_world(tmp_path, max_image_mb=1)
    author = sign_in(world, "publicity")
    url = begin(author, 2 * 2**20)

    answer = send(author, url, 0, content + bytes(70_000))

    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert "1 MB" in answer.json["detail"]


def test_an_upload_is_its_senders_own(world: World, author: Person, content: bytes) -> None:
    url = begin(author, len(content))
    colleague = sign_in(world, "publicity")

    tries = [send(colleague, url, 0, content), drop(colleague, url)]
    missing = send(colleague, f"{ADDRESS}/{'0' * 32}", 0, content)

    assert [answer.status_code for answer in tries] == [404, 404]
    assert tries[0].data == missing.data
    assert progress(colleague, url).status_code == 404
    assert progress(author, url).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("name", ["..", "%2e%2e%2fconfig.db", "0" * 31, "0" * 32, "G" * 32])
def test_an_unknown_upload_is_404(author: Person, name: str) -> None:
    assert send(author, f"{ADDRESS}/{name}", 0, b"x").status_code == 404


def test_only_those_who_make_content_may_begin(world: World) -> None:
    stranger_unit = make_unit(world, "别处")

    assert ask(sign_in(world, "reviewer"), 100).status_code == 403
    assert world.visitor().post(ADDRESS, headers=VERSION).status_code == 401
    stranger = sign_in(world, "publicity", stranger_unit)
    assert ask(stranger, 100, unit_id=f"u_{make_unit(world, '城关街道')}").status_code == 404


def test_a_part_from_a_foreign_page_is_403(author: Person, content: bytes) -> None:
    url = begin(author, len(content))

    forged = send(author, url, 0, content, Origin="https://elsewhere.example")
    without = send(author, url, 0, content, **{"X-CSRF-Token": ""})

    assert (forged.status_code, forged.json["code"]) == (403, "csrf")
    assert (without.status_code, without.json["code"]) == (403, "csrf")
    assert progress(author, url).headers["Upload-Offset"] == "0"


def test_while_one_request_is_at_work_another_gets_423(
    world: World, author: Person, content: bytes
) -> None:
    url = begin(author, len(content))

    with Pending.read(uploads(world.core), url.rpartition("/")[2]).alone():
        busy = send(author, url, 0, content)
    after = send(author, url, 0, content)

    assert (busy.status_code, busy.json["code"]) == (423, "locked")
    assert busy.headers["Retry-After"] == "2"
    assert after.status_code == 204


def test_a_dropped_upload_leaves_nothing(world: World, author: Person, content: bytes) -> None:
    url = begin(author, len(content))
    send(author, url, 0, content[:5000])

    assert drop(author, url).status_code == 204
    assert progress(author, url).status_code == 404
    assert list(uploads(world.core).iterdir()) == []


def test_dropping_a_finished_upload_keeps_its_asset(author: Person, content: bytes) -> None:
    url = begin(author, len(content))
    asset = send(author, url, 0, content).headers["Anping-Asset"]

    assert drop(author, url).status_code == 204
    assert read(author, asset)["id"] == asset


def test_the_same_content_again_names_the_asset_that_is_there(
    world: World, author: Person, content: bytes
) -> None:
    first = uploaded(author, content)

    again = send(author, begin(author, len(content)), 0, content)

    assert again.headers["Anping-Asset"] == first
    assert again.headers["Anping-Duplicate"] == "true"
    assert assets(world) == 1


def test_an_abandoned_upload_is_forgotten_a_week_after_its_last_byte(
    world: World, author: Person, content: bytes
) -> None:
    url = begin(author, len(content))
    send(author, url, 0, content[:5000])
    folder = uploads(world.core) / url.rpartition("/")[2]
    _set_age(world, folder, 0)
    expires = progress(author, url).headers["Upload-Expires"]

    world.clock.forward(7 * DAY_MS - 60_000)
    clear_arrivals(world.core, Job())
    still = folder.exists()
    world.clock.forward(120_000)
    sign_in_again(world, author)
    gone = send(author, url, 5000, content[5000:]).status_code
    clear_arrivals(world.core, Job())

    assert expires.startswith("Tue, 01 Dec 2026")
    assert (still, gone) == (True, 404)
    assert list(uploads(world.core).iterdir()) == []


def test_what_a_kill_left_before_it_had_a_record_is_swept_too(world: World) -> None:
    folder = uploads(world.core) / ("ab" * 16)
    folder.mkdir()
    _set_age(world, folder, 8 * DAY_MS)

    upload_store.sweep(uploads(world.core), world.clock.now_ms())

    assert not folder.exists()


def _set_age(world: World, folder: Path, age_ms: int) -> None:
    """Files have the machine's time, the test has its own."""
    at_s = (world.clock.now_ms() - age_ms) / 1000
    for path in (*folder.iterdir(), folder):
        os.utime(path, (at_s, at_s))


@pytest.mark.parametrize("moment", ["sealed", "moved", "added"])
def test_a_kill_while_it_is_made_an_asset_is_made_up_for_once(
    world: World, author: Person, content: bytes, moment: str
) -> None:
    """The states that a kill leaves at each step, built by hand; the next check goes on, though
    another process answers what is read.
    """
    read_by_another(world)
    url = begin(author, len(content))
    folder = uploads(world.core) / url.rpartition("/")[2]
    send(author, url, 0, content[:-1])
    half = Pending.read(uploads(world.core), folder.name)
    with half.content.open("ab") as file:
        file.write(content[-1:])
    if moment != "sealed":
        twin = folder.parent / "twin"
        shutil.copy(half.content, twin)
        half.write(
            upload_store.Record(
                half.record.user_id,
                half.record.length,
                half.record.metadata,
                half.record.begun_at,
                sealed=upload_store.Sealed(sha256(content).hexdigest(), "image"),
            )
        )
        world.core.originals.add(half.content)
        twin.unlink()
    if moment == "added":
        uploaded(author, content)

    asset = progress(author, url).headers["Anping-Asset"]

    assert progress(author, url).headers["Anping-Asset"] == asset
    assert read(author, asset)["sha256"] == sha256(content).hexdigest()
    assert assets(world) == 1
    assert world.core.originals.path(sha256(content).hexdigest()).read_bytes() == content


@pytest.mark.slow
def test_a_new_version_may_come_in_parts(world: World, tmp_path: Path, content: bytes) -> None:
    author, reviewer = sign_in(world, "publicity"), sign_in(world, "reviewer")
    old = approved_image(world, author, reviewer, tmp_path)

    new = read(author, uploaded(author, content, replaces=old["id"]))

    assert (new["replaces"], new["name"]) == (old["id"], old["name"])
    assert uploaded(author, content, replaces=old["id"]) == new["id"]


@pytest.mark.slow
def test_an_asset_never_signed_off_has_no_new_version(world: World, tmp_path: Path) -> None:
    author = sign_in(world, "publicity")
    asset = ready_image(world, author, tmp_path)

    assert ask(author, 100, replaces=asset["id"]).status_code == 409
    assert ask(author, 100, replaces="a_999").status_code == 404


def test_a_full_disk_is_507_in_words(tmp_path: Path) -> None:
    """More than the disk has room for beside the reserve, on a server that would let it in."""
    world = make_world(tmp_path, max_video_mb=2**40)
    free = shutil.disk_usage(uploads(world.core)).free

    answer = ask(sign_in(world, "publicity"), free - RESERVE_BYTES + 2**30)

    assert (answer.status_code, answer.json["code"]) == (507, "storage_full")
    assert "管理员" in answer.json["detail"]
    assert list(uploads(world.core).iterdir()) == []


def test_a_person_who_never_ends_what_he_begins_is_429(world: World, author: Person) -> None:
    root = uploads(world.core)
    first = Pending.read(root, begin(author, 100).rpartition("/")[2])
    for number in range(199):
        copy = replace(first, folder=root / f"{number:032x}")
        copy.folder.mkdir()
        copy.write(first.record)

    answer = ask(author, 100)

    assert answer.status_code == 429
    assert ask(sign_in(world, "publicity"), 100).status_code == 201


def test_a_large_body_is_read_only_where_one_is_due(author: Person, tmp_path: Path) -> None:
    """Elsewhere 4 MiB is the end, whatever the address and type."""
    large = bytes(5 * 2**20)
    as_part = {"Content-Type": "application/offset+octet-stream"}

    answers = [
        author.client.post("/api/v1/assets", data=large, headers=as_part),
        author.client.patch("/api/v1/assets/a_1", data=large, headers=as_part),
    ]

    assert {answer.status_code for answer in answers} == {413}
    assert upload(author, photo(tmp_path / "a.jpg")).status_code == 201
