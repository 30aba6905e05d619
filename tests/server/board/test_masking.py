"""Phone numbers on pages that many people see."""

import pytest

from server.board.masking import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13912345678", "139****5678"),
        ("高主任 13912345678（值班）", "高主任 139****5678（值班）"),
        ("0516-88881234", "051*-****1234"),
        ("88881234", "888***34"),
        ("+86 139 1234 5678", "+86 1** **** 5678"),
        ("13912345678、13987654321", "139****5678、139****4321"),
    ],
)
def test_the_middle_is_hidden(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize("text", ["", "城关街道办事处", "3 楼 302", "12345"])
def test_what_is_no_number_stays(text: str) -> None:
    assert masked(text) == text
