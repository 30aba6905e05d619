"""What the repository itself may hold."""

import subprocess

import pytest

from tests.support.commands import ROOT

PRIVATE = ("-----BEGIN PRIVATE" + " KEY-----", "-----BEGIN EC PRIVATE" + " KEY-----")
MADE = (".db", ".db-wal", ".db-shm", ".pem", ".key", ".pyc")


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an archive without its repository")
def test_no_tracked_file_is_a_key_or_a_database() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    files = [ROOT / name for name in tracked if name and (ROOT / name).is_file()]
    assert len(files) > 1000
    assert [str(one) for one in files if one.suffix in MADE] == []
    keys = [one for one in files if any(mark.encode() in one.read_bytes() for mark in PRIVATE)]
    assert keys == []
