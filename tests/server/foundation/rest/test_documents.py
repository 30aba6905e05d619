"""A document of a row follows from the model of its answer."""

from datetime import date
from types import SimpleNamespace
from typing import Annotated
from zoneinfo import ZoneInfo

import pytest
from pydantic import Field

from server.foundation.rest.documents import document
from server.foundation.rest.responses import Answered, Day, Instant, PublicId, UserId

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Visit(Answered):
    """An answer with a field of each form."""

    id: Annotated[str, PublicId("screen")]
    user_id: UserId | None
    day: Day
    at: Instant
    until: Instant | None
    from_: Instant = Field(alias="from")
    tags: list[str]


ROW = SimpleNamespace(
    id=9, user_id=7, day=date(2026, 11, 24), at=1_000, until=None, tags=["a"], secret="x"
)


def test_ids_days_and_instants_are_shown_in_the_form_of_the_api() -> None:
    assert document(Visit, ROW, SHANGHAI, from_=0) == {
        "id": "s_9",
        "user_id": "p_7",
        "day": "2026-11-24",
        "at": "1970-01-01T08:00:01+08:00",
        "until": None,
        "from": "1970-01-01T08:00:00+08:00",
        "tags": ["a"],
    }


def test_given_values_replace_those_of_the_row() -> None:
    found = document(Visit, ROW, SHANGHAI, from_=0, user_id=None, tags=[], until=2_000)

    assert (found["user_id"], found["tags"]) == (None, [])
    assert found["until"] == "1970-01-01T08:00:02+08:00"


def test_a_field_that_the_row_lacks_has_to_be_given() -> None:
    with pytest.raises(AttributeError):
        document(Visit, ROW, SHANGHAI)


def test_marks_leave_no_trace_in_the_description() -> None:
    assert Visit.model_json_schema()["properties"]["user_id"] == {
        "anyOf": [{"type": "string"}, {"type": "null"}],
        "title": "User Id",
    }
