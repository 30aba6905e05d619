"""The page 抽查 without a browser: who sees what, empty states, what waits on the overview."""

import re

import pytest

from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.reporting.reports import DAY
from tests.support.reporting.spot_checks import exempt, make_check, screen_on_air, set_plan

NAMES = ["随机抽查", "正常", "异常", "无法辨认", "未响应", "待复核"]


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return screen_on_air(world, name="人民医院")


def page(person: Person, path: str = "/spot-checks", **query: str) -> str:
    answer = person.client.get(path, query_string={"lang": "zh", **query})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.slow
def test_an_empty_list_explains_how_to_begin(world: World) -> None:
    text = page(sign_in(world, "publicity"))

    assert "还没有抽查" in text
    assert "没有待复核的画面" in text
    assert "这段时间还没有复核过的随机抽查" in text
    assert "每天平均抽查约 12 次" in text
    set_plan(world, per_day=0)
    assert "现在不自动抽查" in page(sign_in(world, "publicity"))


@pytest.mark.slow
def test_what_waits_is_judged_there_and_named_on_the_overview(
    world: World, screen: BoundScreen
) -> None:
    reviewer, viewer = sign_in(world, "reviewer"), sign_in(world, "viewer")
    numbers = [make_check(world, screen) for _ in range(22)]

    text = page(reviewer)

    assert f'data-judge="/api/v1/spot-checks/z_{numbers[0]}/verdict"' in text
    assert text.count("data-judge=") == 20
    assert 'data-rest="2"' in text
    assert "抽查画面待复核：22 次" in page(reviewer, "/")
    assert "data-judge=" not in page(viewer)
    assert "抽查画面待复核" not in page(viewer, "/")


@pytest.mark.slow
def test_the_contact_finds_one_button_for_his_own_venue_alone(
    world: World, screen: BoundScreen
) -> None:
    contact, neighbour = sign_in(world, "venue"), sign_in(world, "venue")
    mine = screen_on_air(world, name="云来宾馆", contacts=(contact.user_id,))
    make_venue(world, contacts=(neighbour.user_id,))
    due = world.clock.now_ms() + 10 * MINUTE_MS
    number = make_check(world, mine, kind="photo", state="asked", due_at=due)
    other = make_check(world, screen, kind="photo", state="asked", due_at=due)

    text = page(contact)

    assert f"/spot-checks/z_{number}/photo" in text
    assert f"/spot-checks/z_{other}/photo" not in text
    assert 'capture="environment"' in text
    assert "请在 09:10 前上传" in text
    assert "抽查待现场拍照：云来宾馆" in page(contact, "/")
    assert "data-photo" not in page(neighbour)
    world.clock.forward(11 * MINUTE_MS)
    assert "已超时，仍可补传" in page(contact)


@pytest.mark.slow
def test_the_list_is_filtered_and_explains_an_empty_result(
    world: World, screen: BoundScreen
) -> None:
    reader = sign_in(world, "auditor")
    make_check(world, screen, verdict="bad")

    assert "人民医院" in page(reader, standing="bad")
    assert "没有符合条件的抽查" in page(reader, standing="good")
    assert "人民医院" in page(reader, standing="odd", **{"from": "soon"})
    assert "人民医院" in page(reader, screen_id=screen.public_id)


@pytest.mark.slow
def test_one_check_is_a_page_for_those_who_see_its_screen(
    world: World, screen: BoundScreen
) -> None:
    number = make_check(world, screen, hint="differs", note="缺角", verdict="bad")
    reader, stranger = sign_in(world, "viewer"), sign_in(world, "admin", make_unit(world))

    text = page(reader, f"/spot-checks/z_{number}")

    assert "缺角" in text
    assert "机器比对，仅供参考" in text
    assert "data-verdict" not in text
    assert "data-verdict" in page(sign_in(world, "publicity"), f"/spot-checks/z_{number}")
    assert stranger.client.get(f"/spot-checks/z_{number}").status_code == 404
    assert reader.client.get("/spot-checks/z_99").status_code == 404


@pytest.mark.slow
def test_settings_are_shown_to_those_who_may_set_them(world: World) -> None:
    assert "抽查设置" in page(sign_in(world, "admin"))
    assert "抽查设置" not in page(sign_in(world, "admin", make_unit(world)))
    assert "抽查设置" not in page(sign_in(world, "publicity"))


def test_english_has_no_chinese_left(world: World, screen: BoundScreen) -> None:
    make_check(world, screen, verdict="good")
    make_check(world, screen, state="offline")

    text = sign_in(world, "admin").client.get("/spot-checks?lang=en").text

    assert "spot checks without a fault" in text
    for word in ("抽查", "复核", "未响应", "随机"):
        assert word not in text


def test_a_screen_with_checks_stays_on_record(world: World, screen: BoundScreen) -> None:
    make_check(world, screen)

    answer = sign_in(world, "admin").client.delete(f"/api/v1/screens/{screen.public_id}")

    assert (answer.status_code, answer.json["code"]) == (409, "in_use")


FIGURE = re.compile(r'<div><strong>(?:<a href="([^"]+)">)?(\d+)(?:</a>)?</strong><span>([^<]+)<')
ROW = re.compile(r'<tr><td class="time"><a href="/spot-checks/(z_\d+)">')


@pytest.mark.slow
def test_each_figure_opens_into_as_many_checks(world: World, screen: BoundScreen) -> None:
    """Late photos, draws over one unit, ones by hand and ones still asked are among them."""
    unit = make_unit(world, "城关街道")
    ours, due = screen_on_air(world, unit=unit), world.clock.now_ms() + 10 * MINUTE_MS
    for one in (screen, ours):
        for late in (True, False):
            for verdict in ("good", "bad", "unclear", None):
                make_check(world, one, kind="photo", late=late, verdict=verdict)
        make_check(world, one, state="no_answer")
        make_check(world, one, state="offline")
        make_check(world, one, state="asked", kind="photo", due_at=due)
        make_check(world, one, verdict="good", why="by_hand", frame_unit_id=None)
    make_check(world, ours, verdict="bad", why="sample", frame_unit_id=unit)
    make_check(world, ours, state="asked")
    exempt(world, ours)
    world.clock.forward(MINUTE_MS)

    for reader in (sign_in(world, "auditor"), sign_in(world, "viewer", unit)):
        shown = FIGURE.findall(page(reader, **DAY))
        assert [name for *_, name in shown][:6] == NAMES
        for href, figure, name in shown:
            opened = reader.client.get(href.replace("&amp;", "&")).text if href else ""
            assert len(ROW.findall(opened)) == int(figure), (name, href)


@pytest.mark.slow
def test_a_check_shows_whether_it_counts_for_the_reader(world: World) -> None:
    unit = make_unit(world, "城关街道")
    screen = screen_on_air(world, unit=unit)
    number = make_check(world, screen, verdict="bad", why="sample", frame_unit_id=unit)

    above, own = sign_in(world, "viewer"), sign_in(world, "viewer", unit)

    assert " · 不计入结论" in page(above, f"/spot-checks/z_{number}")
    assert " · 计入结论" in page(own, f"/spot-checks/z_{number}")
    path = "/api/v1/spot-checks?counted=true"
    assert [len(one.client.get(path).json["items"]) for one in (above, own)] == [0, 1]


@pytest.mark.slow
def test_an_auditor_is_led_only_to_where_he_may_go(world: World, screen: BoundScreen) -> None:
    number = make_check(world, screen)
    auditor = sign_in(world, "auditor")

    for path in ("/spot-checks", f"/spot-checks/z_{number}"):
        shown = page(auditor, path).partition("<main")[2]
        links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)', shown)}
        assert "人民医院" in shown
        assert {auditor.client.get(link).status_code for link in links} <= {200}, links
        assert "/screens/" in page(sign_in(world, "viewer"), path).partition("<main")[2]


@pytest.mark.slow
def test_the_difference_of_two_pictures_has_its_scale(world: World, screen: BoundScreen) -> None:
    number = make_check(world, screen, facts={"difference": 2.5})

    shown = page(sign_in(world, "viewer"), f"/spot-checks/z_{number}")
    english = page(sign_in(world, "viewer"), f"/spot-checks/z_{number}", lang="en")

    assert "<dt>画面差异</dt><dd>2.5（0 为完全相同，16 以内视为一致）</dd>" in shown
    assert "Difference in the picture</dt><dd>2.5 (0 is the same, up to 16" in english
