"""A pack is its manifest and all of its files, each under its own name."""

import io
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.accountability.assessment.files import reader as opening
from server.accountability.assessment.files.verify import verify
from server.cli import cli
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import make_world
from tests.support.reporting.assessment import fetched, made
from tests.support.reporting.coverage import Town

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

Entries = list[tuple[str, bytes]]
NEAR, FAR = "城关", "东湖"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """One for all tests: whatever they do to files they do to their own."""
    folder = tmp_path_factory.mktemp("whole")
    return Town(make_world(folder), folder)


@pytest.fixture(scope="module")
def made_once(town: Town) -> Entries:
    """The files of a pack of two units, one of which did badly."""
    units = [make_unit(town.world, f"{name}街道") for name in (NEAR, FAR)]
    screens = [town.opens(name, unit=unit)[0] for name, unit in zip("甲乙", units, strict=True)]
    town.becomes(5)
    town.plays(screens[0], *[10] * 5)
    town.plays(screens[1], *[1] * 5)
    chen = sign_in(town.world, "publicity")
    pack = made(town, *(f"u_{unit}" for unit in units), person=chen)
    with zipfile.ZipFile(io.BytesIO(fetched(chen, pack, "files.zip"))) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


@pytest.fixture
def entries(made_once: Entries) -> Entries:
    """A list of one's own of them."""
    return list(made_once)


def zipped(entries: Entries) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def findings(entries: Entries) -> str:
    return "\n".join(one.en for one in verify([("pack.zip", zipped(entries))]).findings)


def manifest_of(entries: Entries) -> bytes:
    return dict(entries)["manifest.json"]


def of_unit(entries: Entries, unit: str, kind: str) -> tuple[str, bytes]:
    return next(one for one in entries if unit in one[0] and one[0].endswith(kind))


@pytest.mark.long
def test_a_whole_pack_holds(entries: Entries) -> None:
    assert findings(entries) == ""


@pytest.mark.long
def test_files_that_were_taken_out_are_named(entries: Entries) -> None:
    found = findings([one for one in entries if FAR not in one[0]])

    assert found.count("missing") == 2
    assert of_unit(entries, FAR, "xlsx")[0] in found


def test_files_under_another_units_name_are_named(entries: Entries) -> None:
    contents = {
        of_unit(entries, FAR, kind)[0]: of_unit(entries, NEAR, kind) for kind in ("xlsx", "pdf")
    }
    swapped = [(name, contents[name][1] if name in contents else was) for name, was in entries]

    found = findings(swapped)

    assert found.count("changed") == 2
    for name, (other, _) in contents.items():
        assert f"{name} has the content of {other}" in found


def forged(entries: Entries) -> bytes:
    manifest: dict[str, Any] = json.loads(manifest_of(entries))
    for row in manifest["figures"]["units"][1]["rows"]:
        row["confirmed"], row["verdict"] = 50, "达标"
    return json.dumps(manifest).encode()


@pytest.mark.parametrize("name", ["a/.original.json", "z.json", "manifest.json"])
def test_a_second_manifest_is_reported_anywhere(entries: Entries, name: str) -> None:
    real = (name, manifest_of(entries))
    others = [one for one in entries if one[0] != "manifest.json"]

    for order in (
        [real, ("manifest.json", forged(entries))],
        [("manifest.json", forged(entries)), real],
    ):
        assert "more than one manifest" in findings([*order, *others])


def test_a_manifest_under_another_name_is_none(entries: Entries) -> None:
    renamed = [(name.replace("manifest", "list"), content) for name, content in entries]

    assert "no manifest.json" in findings(renamed)


def test_what_the_manifest_does_not_list_is_named(entries: Entries) -> None:
    found = findings([*entries, ("说明.txt", b"x"), of_unit(entries, NEAR, "pdf")])

    assert "说明.txt isn't a file of this pack" in found
    assert "more than once" in found


def test_an_unread_file_is_reported(entries: Entries, monkeypatch: pytest.MonkeyPatch) -> None:
    name, content = max(entries, key=lambda one: len(one[1]))
    monkeypatch.setattr(opening, "MOST_BYTES", len(content) - 1)

    assert f"{name} is larger than 500 MB and was not checked" in findings(entries)


def test_a_file_whose_bytes_are_broken_is_named(entries: Entries) -> None:
    name, content = of_unit(entries, FAR, "pdf")
    whole = zipped(entries)
    broken = whole.replace(content, content[:-9] + b"x" * 9)

    found = verify([("pack.zip", broken)]).findings

    assert [one.en for one in found] == [f"{name} can't be read"]


def test_another_key_than_the_one_given_is_refused(
    entries: Entries, town: Town, tmp_path: Path
) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(zipped(entries))

    def run(*options: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["audit", "verify-pack", str(path), *options])
        return done.exit_code, done.output

    kid = town.world.core.signer.kid
    assert run("--kid", kid)[0] == 0
    assert run("--kid", "0" * 16)[0] == 1
    assert f"kid {kid}" in run()[1]


def test_a_key_with_a_false_id_is_reported(entries: Entries) -> None:
    manifest = json.loads(manifest_of(entries))
    manifest["key"]["kid"] = "0" * 16
    called = [(name, was) for name, was in entries if name != "manifest.json"]

    found = findings([*called, ("manifest.json", json.dumps(manifest).encode())])

    assert "the key isn't the one it is called" in found
