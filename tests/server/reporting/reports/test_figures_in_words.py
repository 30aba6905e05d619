"""How figures of reports are printed on pages; files keep plain numbers."""

import pytest

from server.web.console.reports.delivery import cell
from server.web.helpers import share_text


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


@pytest.mark.parametrize(
    ("share", "text"),
    [(1.0, "100.0 %"), (4840 / 4842, "99.9 %"), (0.5, "50.0 %"), (0.29, "29.0 %"), (0.0, "0.0 %")],
)
def test_only_all_of_it_is_a_hundred_per_cent(share: float, text: str) -> None:
    assert share_text(share) == text
