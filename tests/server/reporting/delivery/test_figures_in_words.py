"""How figures of reports are printed on pages; files keep plain numbers."""

import pytest

from server.foundation.i18n import share_text
from server.foundation.spreadsheets.writer import Column, Table, as_csv
from server.reporting.delivery.figures import delivery_rate_of
from server.web.console.reports.delivery import cell


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


def test_a_file_has_a_hundred_per_cent_for_all_of_it_alone() -> None:
    rows = [["某街道", 99_999 / 100_000], ["某社区", 1.0], ["某村", 0.96449]]
    table = Table("播放报表", [Column("单位"), Column("播放完成率", "share")], rows)

    lines = as_csv(table).decode("utf-8-sig").split()

    assert lines[1:] == ["某街道,99.99%", "某社区,100.00%", "某村,96.45%"]


def test_a_frozen_rate_is_printed_by_its_counts_and_not_rounded_twice() -> None:
    row = {"expected": 100_003, "confirmed": 96_449, "pre_empted": 2, "excused": 1}
    frozen = round(0.96449, 4)

    assert share_text(frozen) == "96.5 %"
    assert share_text(delivery_rate_of(row)) == "96.4 %"
