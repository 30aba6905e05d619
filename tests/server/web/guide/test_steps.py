"""The five first steps follow from what is there, and from nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from server.web.guide.facts import Facts, Pack
from server.web.guide.steps import Step, steps_of

EMPTY = Facts(
    district="u_1",
    is_named=False,
    first_admin=1,
    has_own_password=False,
    are_two_people=False,
    has_venue=False,
    has_screen=False,
    pack="ready",
)


def step(key: str, **facts: Any) -> Step:
    return next(one for one in steps_of(replace(EMPTY, **facts)) if one.key == key)


def test_there_are_five_in_this_order_and_none_is_done_on_an_empty_server() -> None:
    steps = steps_of(EMPTY)

    assert [one.key for one in steps] == ["name", "password", "people", "screen", "pack"]
    assert not any(one.done for one in steps)


@pytest.mark.parametrize(
    ("fact", "value", "key"),
    [
        ("is_named", True, "name"),
        ("has_own_password", True, "password"),
        ("are_two_people", True, "people"),
        ("has_screen", True, "screen"),
        ("pack", "on_air", "pack"),
    ],
)
def test_each_fact_ticks_its_own_step_alone(fact: str, value: object, key: str) -> None:
    steps = steps_of(replace(EMPTY, **{fact: value}))

    assert [one.key for one in steps if one.done] == [key]


def test_the_first_venue_comes_before_the_first_screen_and_leads_back_to_pairing() -> None:
    assert step("screen").path == "/venues/new?pair="
    assert step("screen", has_venue=True).path == "/pair"


@pytest.mark.parametrize(
    ("pack", "call", "button"),
    [
        ("making", "", None),
        ("ready", "POST /api/v1/campaigns/starter", "发布起步素材"),
        ("submitted", "", "查看"),
        ("draft", "", "查看"),
        ("gone", "", "新建宣传任务"),
    ],
)
def test_the_pack_has_the_button_of_its_state(pack: Pack, call: str, button: str | None) -> None:
    found = step("pack", pack=pack)

    assert (found.call, found.button and found.button.zh) == (call, button)


def test_a_pack_on_its_way_leads_to_its_campaign() -> None:
    assert step("pack", pack="submitted", campaign="k_7").path == "/campaigns/k_7"
    assert step("pack", pack="gone").path == "/campaigns/new"


def test_the_password_is_changed_by_the_person_who_got_it() -> None:
    assert step("password", first_admin=4).only == 4
