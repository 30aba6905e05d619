"""What draws papers is read where a pack is made, by no server that only answers."""

import pytest

from tests.support.processes.read_at_start import read_at_start

pytestmark = [pytest.mark.slow, pytest.mark.long]


def test_neither_the_web_nor_the_jobs_process_begins_with_what_draws_papers() -> None:
    read = read_at_start()

    assert "server.accountability.assessment" in read
    assert read & {"fpdf", "fontTools", "openpyxl"} == set()
