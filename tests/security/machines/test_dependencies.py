"""The installed packages are the pinned ones, without known advisories."""

import json
import re
from pathlib import Path

import pytest

from tests.support.audit import (
    FLOORS,
    Record,
    ToolResult,
    as_numbers,
    locks_digest,
    outdated,
    pins,
    read_npm,
    read_pip_audit,
    summary,
)
from tests.support.processes.server import ROOT


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_each_package_has_its_version_and_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())

    loose = [one for one in entries if "==" not in one or "--hash=sha256:" not in one]

    assert len(entries) > 50
    assert loose == []
    assert "://" not in text, "an address of a registry"


def test_each_package_of_the_pages_has_its_digest_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    own = packages.pop("")

    assert own["name"] == "anping"
    assert [name for name, one in packages.items() if "sha512-" not in one["integrity"]] == []
    assert [name for name, one in packages.items() if "resolved" in one] == []


def test_they_are_installed_by_these_locks_alone() -> None:
    setup = (ROOT / "deploy/setup.sh").read_text(encoding="utf-8")

    assert "--require-hashes" in setup
    assert "npm ci --ignore-scripts" in setup
    assert (
        re.findall(r"npm install|pip install(?! -q --disable-pip-version-check --req)", setup) == []
    )


def test_no_package_is_older_than_its_first_clean_release() -> None:
    assert outdated(pins()) == []
    assert set(FLOORS) <= set(pins()), "a package of the list isn't used any more"


def test_an_older_one_would_be_named() -> None:
    found = outdated({"python-engineio": "4.13.1", "pillow": "12.0.0", "unknown": "0"})

    assert found == ["python-engineio 4.13.1 is older than 4.13.2: a thread for each PONG"]
    assert as_numbers("4.9.10") < as_numbers("4.13.2") < as_numbers("4.13.2.1")


def test_packages_missing_in_the_index_are_no_clean_result() -> None:
    """pip-audit prints "No known vulnerabilities found" for packages that it skipped."""
    skipped = {"name": "flask", "skip_reason": "Dependency not found on PyPI"}
    clean = {"name": "jinja2", "version": "3.1.6", "vulns": []}
    faulty = {"name": "pillow", "version": "1.0", "vulns": [{"id": "CVE-1"}]}

    result = read_pip_audit({"dependencies": [skipped, clean]})
    assert not result.whole
    assert "COULD NOT" in summary(result)
    assert read_pip_audit({"dependencies": [clean]}).whole
    assert read_pip_audit({"dependencies": [faulty]}).found == ("pillow 1.0: CVE-1",)


def test_an_index_without_advisories_is_reported() -> None:
    result = read_npm({"message": "405 Method Not Allowed"})

    assert not result.whole
    assert summary(result) == "npm: COULD NOT LOOK THEM UP (405 Method Not Allowed)"
    assert not ToolResult("npm", 0, 0).whole


def test_a_record_of_other_versions_is_marked() -> None:
    own, other = (Record("2026-11-27", locks, ("x",)) for locks in (locks_digest(), "0" * 64))

    assert "for these versions" in own.lines[0]
    assert "for OTHER versions" in other.lines[0]


def test_messages_between_processes_are_no_pickles() -> None:
    """Reading one runs its contents, by any author."""
    users = [
        str(path.relative_to(ROOT))
        for folder in ("server", "media", "playlists")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if re.search(r"^\s*(import|from) (pickle|shelve|marshal|dill)\b", _text(path), re.MULTILINE)
    ]

    assert users == []


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
