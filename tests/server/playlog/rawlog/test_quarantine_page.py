"""The page of quarantined plays shows the reason, and lets a person decide."""

import re

import pytest
from flask.testing import FlaskClient

from server.playlog.ingest.flask_extension import playback_of
from server.playlog.ingest.service import decide_boot, suspect_boot
from server.playlog.rawlog.failure_texts import REASONS
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import BOOT, make_batch, make_programme
from tests.support.processes.server import ROOT

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
OTHER_BOOT = "00000000000000b2"


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world, name="营业厅")
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return made


def words(client: FlaskClient, query: str = "") -> str:
    """What a person reads, without tags."""
    answer = client.get(f"/quarantine{query}")
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def spoil(world: World, screen: BoundScreen) -> None:
    """Eight plays, of which three are too short and one is of another file."""
    shown_ms = [1, 2, 3, *(slot.duration_ms for slot in SLOTS[3:8])]
    batch = make_batch(PROGRAMME, SLOTS[:8], shown_ms=shown_ms)
    batch["asset"][7] = batch["asset"][0]
    hand_in(world, screen, batch)


def test_plays_are_grouped_with_the_reason_in_words(world: World, screen: BoundScreen) -> None:
    spoil(world, screen)

    read = words(sign_in(world, "reviewer").client)

    assert "营业厅 时长不足 记为已播完，实际不到应播时长的九成。 3 2026-11-24 09:00" in read
    assert "营业厅 素材不符 播的不是这个位置应播的素材。 1 2026-11-24 09:01" in read
    assert "too_short" not in read


def test_heaps_are_narrowed_by_reason_and_by_screen(world: World, screen: BoundScreen) -> None:
    spoil(world, screen)
    other = make_screen(world, name="电梯厅")
    client = sign_in(world, "reviewer").client

    assert "播的不是" not in words(client, "?reason=too_short")
    assert "记为已播完" in words(client, f"?screen_id={screen.public_id}")
    assert "没有符合条件的记录" in words(client, f"?screen_id={other.public_id}")


def test_the_page_shows_when_all_plays_were_accepted(world: World, screen: BoundScreen) -> None:
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:8]))

    assert "没有待核查的记录 所有回传的播放记录都通过了核验。" in words(
        sign_in(world, "reviewer").client
    )


def test_a_suspected_boot_comes_first_with_both_answers(world: World, screen: BoundScreen) -> None:
    parts = playback_of(world.app)
    suspect_boot(world.core, parts, screen.id, BOOT)
    suspect_boot(world.core, parts, screen.id, OTHER_BOOT)
    decide_boot(parts, screen.id, OTHER_BOOT, genuine=False)
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:8]))

    page = sign_in(world, "publicity").client.get("/quarantine").text

    rows = [row for row in page.split("<li>") if 'data-api="POST /api/v1/quarantine/decide"' in row]
    assert [BOOT in row for row in rows] == [True, False]
    assert "等待认定" in rows[0]
    assert "是这块屏的终端，计入" in rows[0]
    assert "不是这块屏的终端，不计入" in rows[0]
    assert "8 条记录" in rows[0]
    assert "已认定不是本屏" in rows[1]
    assert "不是这块屏的终端，不计入" not in rows[1]


def test_who_may_not_decide_reads_without_being_asked(world: World, screen: BoundScreen) -> None:
    suspect_boot(world.core, playback_of(world.app), screen.id, BOOT)

    page = sign_in(world, "viewer").client.get("/quarantine").text

    assert "等待认定" in page
    assert "quarantine/decide" not in page


def test_of_screens_of_another_unit_a_person_reads_nothing(
    world: World, screen: BoundScreen
) -> None:
    spoil(world, screen)
    suspect_boot(world.core, playback_of(world.app), screen.id, BOOT)
    stranger = sign_in(world, "publicity", unit=make_unit(world)).client

    assert "没有待核查的记录" in words(stranger)
    assert "营业厅" not in words(stranger)


def test_the_log_of_plays_names_reasons_in_words_too(world: World, screen: BoundScreen) -> None:
    spoil(world, screen)
    client = sign_in(world, "reviewer").client

    page = client.get(f"/plays?screen_id={screen.public_id}&day=2026-11-24").text

    assert "时长不足" in page
    assert "too_short" not in page


def test_every_reason_of_the_rules_has_its_words() -> None:
    rules = (ROOT / "docs/algorithms/plays.md").read_text(encoding="utf-8")
    table = rules.partition("| reason | meaning |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z_]+)`", "\n".join(re.findall(r"^\| ([^|]*)\|", table, re.M))))

    assert named == set(REASONS)
