"""A box cuts off the torn end of its browser's databases, which the browser would delete for it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anping_kiosk.torn_logs import (
    BLOCK_BYTES,
    FIRST,
    FULL,
    HEAD,
    LAST,
    MIDDLE,
    cut_torn_logs,
    whole_bytes,
)
from tests.support.devices.kiosk import Kiosk, kiosk
from tests.support.devices.kiosk_box import KIOSK
from tests.support.patience import PATIENCE_S, until

SIZES = (0, 3, 100, 700, BLOCK_BYTES - 10, BLOCK_BYTES, 2 * BLOCK_BYTES + 50)
RECORDS = st.lists(st.sampled_from(SIZES).map(lambda size: b"a" * size), max_size=6)
WRITE = """(value) => new Promise((resolve, reject) => {
    const opening = indexedDB.open("kept", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("facts");
    opening.onsuccess = () => {
        const change = opening.result.transaction("facts", "readwrite", { durability: "strict" });
        for (const [name, text] of Object.entries(value))
            change.objectStore("facts").put(text, name);
        change.oncomplete = () => { opening.result.close(); resolve(true); };
        change.onabort = () => reject(change.error);
    };
})"""
READ = """() => new Promise((resolve) => {
    const opening = indexedDB.open("kept", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("facts");
    opening.onsuccess = () => {
        const asking = opening.result.transaction("facts").objectStore("facts").get("credential");
        asking.onsuccess = () => { opening.result.close(); resolve(asking.result || null); };
    };
})"""


@lru_cache
def crc32c(content: bytes) -> int:
    """Bit by bit, by its definition (RFC 3720, appendix B.4)."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def piece(kind: int, data: bytes) -> bytes:
    crc = crc32c(bytes((kind,)) + data)
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    return HEAD.pack(masked, len(data), kind) + data


def appended(log: bytes, record: bytes) -> bytes:
    """As LevelDB writes it: what doesn't fit the block goes on in the next."""
    first, rest = True, record
    while True:
        left = BLOCK_BYTES - len(log) % BLOCK_BYTES
        if left < HEAD.size:
            log, left = log + bytes(left), BLOCK_BYTES
        data, rest = rest[: left - HEAD.size], rest[left - HEAD.size :]
        kind = (FULL if first else LAST) if not rest else (FIRST if first else MIDDLE)
        log, first = log + piece(kind, data), False
        if not rest:
            return log


def log_of(records: list[bytes]) -> tuple[bytes, list[int]]:
    """A log, and the length of it after each record."""
    log, ends = b"", [0]
    for record in records:
        log = appended(log, record)
        ends.append(len(log))
    return log, ends


def test_the_checksum_is_that_of_the_standard() -> None:
    assert crc32c(b"123456789") == 0xE3069283


@given(RECORDS)
def test_a_whole_log_is_left_as_it_is(records: list[bytes]) -> None:
    log, _ = log_of(records)
    assert whole_bytes(log) == len(log)


@given(RECORDS, st.data())
def test_an_end_that_never_reached_the_disk_is_cut_off_after_the_last_whole_record(
    records: list[bytes], data: st.DataObject
) -> None:
    log, ends = log_of(records)
    written = data.draw(st.integers(0, len(log)))
    whole = max(end for end in ends if end <= written)
    zeros = data.draw(st.integers(1, 2 * BLOCK_BYTES))

    assert whole_bytes(log[:written]) == whole
    assert whole_bytes(log[:written] + bytes(zeros)) == whole


def test_damage_before_whole_records_is_not_for_us_to_judge() -> None:
    log, ends = log_of([b"a" * 100, b"b" * 100])
    damaged = log[: ends[1]] + bytes(143)
    damaged += bytes(BLOCK_BYTES - len(damaged)) + piece(FULL, b"c")

    assert whole_bytes(damaged) == len(damaged)


@contextmanager
def wrapper(profile: Path) -> Iterator[Callable[[], str]]:
    """The box's program with a browser that ends at once; what it has reported so far."""
    reports = profile.parent / "reports"
    environ = os.environ | {
        "PYTHONPATH": str(KIOSK),
        "ANPING_URL": "http://127.0.0.1/player/",
        "ANPING_PROFILE": str(profile),
        "ANPING_BROWSER": "true",
    }
    with reports.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-m", "anping_kiosk"], env=environ, stderr=file)
    try:
        yield lambda: reports.read_text(encoding="utf-8")
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


@pytest.mark.slow
def test_a_box_reports_what_it_cut_off_before_it_starts_its_browser(tmp_path: Path) -> None:
    database = tmp_path / "profile" / "Default" / "IndexedDB" / "http_x.indexeddb.leveldb"
    database.mkdir(parents=True)
    whole, _ = log_of([b"kept"])
    (database / "000003.log").write_bytes(whole + bytes(143))

    with wrapper(tmp_path / "profile") as reports:
        until("a start", lambda: "started again" in reports())

        assert (database / "000003.log").read_bytes() == whole
        assert "000003.log" in reports().splitlines()[0]


@pytest.mark.slow
def test_a_box_whose_databases_cannot_be_checked_starts_its_browser_all_the_same(
    tmp_path: Path,
) -> None:
    no_file = tmp_path / "profile" / "Default" / "Local Storage" / "leveldb" / "000003.log"
    no_file.mkdir(parents=True)

    with wrapper(tmp_path / "profile") as reports:
        until("a start", lambda: "started again" in reports())

        assert "can't be checked" in reports().splitlines()[0]


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """A page to keep something under; its address."""
    (folder / "index.html").write_text("<!doctype html><title>kept</title>", encoding="utf-8")
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))
    )
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def in_a_boot(box: Kiosk, script: str, *value: Any) -> Any:
    """What a script answers in a boot that ends by a power cut."""
    box.switch_on()
    until("the page", lambda: box.page.title() == "kept")
    try:
        return box.page.evaluate(script, *value)
    finally:
        box.cut_power()


@pytest.mark.browser
@pytest.mark.slow
def test_a_browser_keeps_its_database_once_the_torn_end_is_cut_off(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    with site(tmp_path) as address, kiosk(profile, address) as box:
        in_a_boot(box, WRITE, {"credential": "a token"})
        (log,) = profile.glob("Default/IndexedDB/*.leveldb/*.log")
        with log.open("ab") as file:
            file.write(bytes(143))

        assert cut_torn_logs(profile) == [log]
        # Without that, what goes beyond the block with the torn end costs the database.
        more = {f"play {number}": os.urandom(500).hex() for number in range(200)}
        assert in_a_boot(box, WRITE, more)

        assert in_a_boot(box, READ) == "a token"
