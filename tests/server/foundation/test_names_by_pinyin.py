"""Names are sorted by pinyin as Chinese readers expect, and by number where they have numbers."""

import re

import pytest

from server.foundation.pinyin import TABLE, by_name, initials
from tests.support.app.inventory import make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World


def test_every_character_of_the_block_has_one_place() -> None:
    ordered = TABLE.read_text(encoding="utf-8").replace("\n", "")

    assert sorted(ordered) == [chr(one) for one in range(0x4E00, 0x9FA6)]


@pytest.mark.parametrize(
    "ordered",
    [
        # by code point 东 comes before 北, and 人 before 建
        [
            "百联超市",
            "北街支行",
            "城关小学",
            "东门社区",
            "建设银行",
            "农商银行",
            "人民医院",
            "万象商场",
        ],
        # of GB2312's second level, which is in no order of sounds
        ["安徽路", "滁河路", "邳州路", "睢宁路", "铜山路", "鑫源路", "张家路"],
        ["陈静", "李娟", "林国栋", "闫婷", "赵敏"],
        ["3 路", "12 路", "103 路"],
        ["3 号楼", "ATM 安平", "atm 北街", "安平路"],
    ],
)
def test_names_are_in_the_order_of_their_sounds(ordered: list[str]) -> None:
    assert sorted(sorted(ordered), key=by_name) == ordered


def test_names_without_pinyin_come_last_and_none_is_lost() -> None:
    names = ["㐂", "鑫", "", "𠮷野", "a"]

    assert len({by_name(one) for one in names}) == len(names)
    assert sorted(names, key=by_name)[:2] == ["", "a"]
    assert by_name(None) == ""


def shown(world: World, path: str) -> list[str]:
    text = sign_in(world, "publicity").client.get(path).text
    return re.findall(r'<a href="/venues/v_\d+">([^<]+)</a>', text)


@pytest.mark.slow
def test_lists_are_sorted_by_it_over_all_pages_either_way(world: World) -> None:
    names = ["东门", "北街", "12 号院", "安平", "3 号院", "万象"]
    unit = make_unit(world, "城关街道")
    for name in names:
        make_venue(world, name=name, unit=unit)
    for number in range(60):
        make_venue(world, name=f"中间 {number}", unit=unit)

    first = shown(world, "/venues?sort=name&view=list")
    last = shown(world, "/venues?sort=name&view=list&page=2")

    assert first[:6] == ["3 号院", "12 号院", "安平", "北街", "东门", "万象"]
    assert [*first[6:], *last] == [f"中间 {number}" for number in range(60)]
    assert shown(world, "/venues?sort=-name&view=list")[:2] == ["中间 59", "中间 58"]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("宣传任务", "xcrw"),
        ("一键停播", "yjtb"),
        ("LED 素材包", "ledscb"),
        ("啊哈", "ah"),
        ("座", "z"),
    ],
)
def test_a_text_has_the_first_letters_of_its_sounds(text: str, letters: str) -> None:
    assert initials(text) == letters
