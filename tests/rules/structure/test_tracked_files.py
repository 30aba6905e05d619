"""What the repository itself may hold."""

import subprocess
from pathlib import Path

import pytest

from tests.support.processes.cli import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an archive without its repository"),
]

PRIVATE = ("-----BEGIN PRIVATE" + " KEY-----", "-----BEGIN EC PRIVATE" + " KEY-----")
WRITTEN = (".py", ".js", ".mjs", ".css", ".html", ".sh", ".c", ".h")
MOST_LINES = 500
MADE = (".db", ".db-wal", ".db-shm", ".pem", ".key", ".pyc")


def tracked() -> list[Path]:
    found = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    return [ROOT / name for name in found if name and (ROOT / name).is_file()]


def test_no_file_of_code_or_styles_is_longer_than_anybody_reads() -> None:
    written = [one for one in tracked() if one.suffix in WRITTEN]
    lengths = {one: one.read_text(encoding="utf-8").count("\n") for one in written}

    assert {str(one): count for one, count in lengths.items() if count > MOST_LINES} == {}


def test_no_tracked_file_is_a_key_or_a_database() -> None:
    files = tracked()
    assert len(files) > 1000
    assert [str(one) for one in files if one.suffix in MADE] == []
    keys = [one for one in files if any(mark.encode() in one.read_bytes() for mark in PRIVATE)]
    assert keys == []
