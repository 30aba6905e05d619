"""A frozen pack doesn't change, and anybody with its files can verify that."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from server.accountability.assessment.files.verify import verify
from server.cli import cli
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.reporting.assessment import PATH, asked, fetched, made
from tests.support.reporting.coverage import Town

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]


@pytest.fixture
def bank(town: Town) -> BoundScreen:
    found = town.opens("支行")[0]
    town.becomes(5)
    town.plays(found, *[5] * 5)
    return found


@pytest.fixture
def chen(town: Town, bank: BoundScreen) -> Person:
    return sign_in(town.world, "publicity")


@pytest.mark.long
def test_a_play_that_comes_later_changes_nothing_but_the_next_pack(
    town: Town, bank: BoundScreen, chen: Person
) -> None:
    first = made(town, person=chen)
    names = ("files.zip", "manifest.json", "files/u_1.xlsx", "files/u_1.pdf")
    before = [fetched(chen, first, name) for name in names]
    town.opens("新网点")
    town.becomes(6)
    town.plays(bank, 4, since=5)
    chen = sign_in(town.world, "publicity")

    second = made(town, person=chen, last=5)

    assert [fetched(chen, first, name) for name in names] == before
    assert chen.client.get(f"{PATH}/{first['id']}").json == first
    assert second["id"] != first["id"]
    assert second["totals"]["confirmed"] > first["totals"]["confirmed"]


@pytest.mark.long
def test_the_same_days_once_more_make_another_pack(town: Town, chen: Person) -> None:
    first, second = made(town, person=chen), made(town, person=chen)

    assert [first["id"], second["id"]] == ["g_1", "g_2"]
    assert [one["id"] for one in chen.client.get(PATH).json["items"]] == ["g_2", "g_1"]


def test_the_signature_is_the_servers_and_fits_figures_and_files(town: Town, chen: Person) -> None:
    pack = made(town, person=chen)

    found = verify([("pack.zip", fetched(chen, pack, "files.zip"))])

    assert found.findings == ()
    assert (found.pack, found.digest, found.files) == ("g_1", pack["digest"], 2)
    assert found.key_id == pack["key_id"] == town.world.core.signer.kid


def test_a_changed_figure_is_found(town: Town, chen: Person) -> None:
    manifest = json.loads(fetched(chen, made(town, person=chen), "manifest.json"))
    manifest["figures"]["units"][0]["rows"][0]["confirmed"] += 1

    found = verify([("manifest.json", json.dumps(manifest).encode())])

    assert [one.en for one in found.findings] == ["changed: the figures don't fit their digest"]


@pytest.mark.long
def test_a_changed_figure_with_a_digest_that_fits_is_found_too(town: Town, chen: Person) -> None:
    first, second = (
        json.loads(fetched(chen, made(town, person=chen, last=last), "manifest.json"))
        for last in (3, 4)
    )
    first |= {"figures": second["figures"], "digest": second["digest"]}

    found = verify([("manifest.json", json.dumps(first).encode())])

    assert len(found.findings) == 1
    assert "signature" in found.findings[0].en


@pytest.mark.long
def test_a_changed_file_is_named(town: Town, chen: Person) -> None:
    pack = made(town, person=chen)
    manifest = ("manifest.json", fetched(chen, pack, "manifest.json"))
    sheet = fetched(chen, pack, "files/u_1.xlsx")

    name = next(one["name"] for one in pack["files"] if one["kind"] == "xlsx")

    assert verify([manifest, (name, sheet)]).findings == ()
    found = verify([manifest, (name, sheet + b"\0")])
    assert [one.en for one in found.findings] == [f"changed: {name} isn't a file of this pack"]


@pytest.mark.long
def test_the_command_reports_it_with_its_exit_code(
    town: Town, chen: Person, tmp_path: Path
) -> None:
    pack = made(town, person=chen)
    whole, broken = tmp_path / "pack.zip", tmp_path / "manifest.json"
    whole.write_bytes(fetched(chen, pack, "files.zip"))
    content = fetched(chen, pack, "manifest.json").replace(b'"confirmed":25', b'"confirmed":49')
    broken.write_bytes(content)
    run = CliRunner().invoke

    good = run(cli, ["audit", "verify-pack", str(whole)])
    bad = run(cli, ["audit", "verify-pack", str(broken)])
    none = run(cli, ["audit", "verify-pack", str(Path(__file__))])

    assert (good.exit_code, bad.exit_code, none.exit_code) == (0, 1, 1)
    assert pack["digest"] in good.output
    assert "数字被改动" in bad.output
    assert "manifest.json" in none.output


def test_the_freeze_is_in_the_audit_trail_with_its_digest(town: Town, chen: Person) -> None:
    pack = made(town, person=chen)

    entries = sign_in(town.world, "auditor").client.get("/api/v1/audit").json["items"]

    noted = next(one for one in entries if one["action"] == "assessment_pack.freeze")
    assert noted["detail"] == {"digest": pack["digest"]}


@pytest.mark.long
def test_one_that_fails_reports_it_and_can_be_tried_again(town: Town, chen: Person) -> None:
    pack = asked(chen).json["id"]
    viewer = sign_in(town.world, "viewer")
    _rename(town, "rollup_screen", "rollup_away")
    for _ in range(3):
        run_jobs(town.world.core)
        town.world.clock.forward(60_000)

    failed = chen.client.get(f"{PATH}/{pack}").json
    page = chen.client.get(f"/assessment-packs/{pack}").text
    early = chen.client.get(f"{PATH}/{pack}/files.zip")
    _rename(town, "rollup_away", "rollup_screen")

    assert (failed["state"], failed["digest"], failed["files"]) == ("failed", None, [])
    assert "没有生成成功" in page
    assert f'data-api="POST {PATH}/{pack}/retry"' in page
    assert "retry" not in viewer.client.get(f"/assessment-packs/{pack}").text
    assert (early.status_code, early.json["code"]) == (409, "failed")
    assert "没有生成成功" in early.json["detail"]
    assert "请重试" in early.json["detail"]
    assert viewer.client.post(f"{PATH}/{pack}/retry").status_code == 403
    assert chen.client.post(f"{PATH}/{pack}/retry").json["state"] == "making"
    run_jobs(town.world.core)
    assert chen.client.get(f"{PATH}/{pack}").json["state"] == "ready"
    assert chen.client.post(f"{PATH}/{pack}/retry").status_code == 409


def _rename(town: Town, old: str, new: str) -> None:
    plays = town.world.core.plays
    schema = f"{plays.schema}." if plays.schema else ""
    with plays.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {schema}{old} RENAME TO {new}"))
