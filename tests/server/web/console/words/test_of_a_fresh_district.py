"""The advice on pages of a district without a screen can be followed literally."""

import pytest

from tests.support.app.people import sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow


def test_the_list_of_screens_says_the_whole_address_to_open(world: World) -> None:
    page = sign_in(world, "admin").client.get("/screens", query_string={"lang": "zh"}).text

    assert "在屏幕上打开 http://localhost/player/，把显示的绑定码填到“绑定”页。" in page


def test_the_log_of_plays_speaks_of_no_chosen_screen_where_there_is_none(world: World) -> None:
    page = sign_in(world, "publicity").client.get("/plays", query_string={"lang": "zh"}).text

    assert "绑定显示屏并开始播放后，这里逐条列出它播了什么。" in page
    assert "所选屏幕" not in page
