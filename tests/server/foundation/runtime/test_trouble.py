"""An endless loop logs once that it fails, and once that it has recovered."""

import pytest
from structlog.testing import capture_logs

from server.foundation.runtime.lasting_failures import Trouble


def of_pages() -> Trouble:
    return Trouble("page_notice_failed", "page_notice_recovered")


def turn(trouble: Trouble, *, fails: bool) -> None:
    with trouble:
        if fails:
            raise OSError("no room")


def test_a_failure_that_lasts_is_logged_once_and_its_end_once() -> None:
    trouble = of_pages()

    with capture_logs() as logged:
        for fails in (False, True, True, True, False, False):
            turn(trouble, fails=fails)

    assert [(one["log_level"], one["event"]) for one in logged] == [
        ("error", "page_notice_failed"),
        ("info", "page_notice_recovered"),
    ]
    assert isinstance(logged[0]["exc_info"], OSError)


def test_the_next_failure_is_logged_again() -> None:
    trouble = of_pages()

    with capture_logs() as logged:
        for fails in (True, False, True):
            turn(trouble, fails=fails)

    assert [one["log_level"] for one in logged] == ["error", "info", "error"]
    assert trouble.lasts


def test_a_success_logs_nothing() -> None:
    trouble = of_pages()

    with capture_logs() as logged:
        turn(trouble, fails=False)

    assert logged == []
    assert not trouble.lasts


def test_what_ends_the_process_goes_through() -> None:
    trouble = of_pages()

    with pytest.raises(KeyboardInterrupt), trouble:
        raise KeyboardInterrupt

    assert not trouble.lasts
