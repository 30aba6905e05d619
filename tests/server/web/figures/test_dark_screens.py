"""Figures of dark screens on the overview: one count for all of them."""

import re

import pytest

from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.monitoring.screen_states import make_believed

pytestmark = pytest.mark.slow


def test_the_figure_is_the_number_of_dots_where_a_contact_is_not_stored_yet(world: World) -> None:
    make_believed(world)

    page = sign_in(world, "publicity").client.get("/").text

    dots = re.findall(r'<i class="dot d-dark"></i>', page)
    assert re.findall(r'data-figure="dark">(\d+)<', page) == [str(len(dots))] == ["1"]
