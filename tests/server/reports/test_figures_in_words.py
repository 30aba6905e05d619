"""How figures of reports are printed on pages; files keep plain numbers."""

import pytest

from server.reports.pages import cell


@pytest.mark.parametrize(
    ("key", "value", "printed"),
    [
        ("confirmed", 0, "0"),
        ("confirmed", 35_505, "35,505"),
        ("expected", 1_234_567, "1,234,567"),
        ("delivery_rate", 0.9548, "95.5 %"),
        ("delivery_rate", None, "–"),
    ],
)
def test_a_figure_is_printed(key: str, value: float | None, printed: str) -> None:
    assert cell({key: value}, key) == printed
