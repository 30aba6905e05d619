"""An invalid value is explained in the reader's language, beside the value's own field."""

import re
from typing import Annotated, Any, get_args

import pytest
from pydantic import Field, ValidationError
from pydantic_core import PydanticKnownError, core_schema
from pydantic_core._pydantic_core import list_all_errors

from server.foundation.rest.resources import Body
from server.foundation.rest.validation_errors import input_faults, worded
from server.foundation.rest.validation_messages import TEXTS

KINDS = sorted(get_args(core_schema.ErrorType))
CHINESE = re.compile("[一-鿿]")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fault_has_a_chinese_and_an_english_sentence(kind: str) -> None:
    facts = next(one["example_context"] for one in list_all_errors() if one["type"] == kind)

    sentence = worded({"type": kind, "loc": (), "msg": "", "input": None, "ctx": facts or {}})

    assert CHINESE.search(sentence.zh)
    assert not CHINESE.search(sentence.en)
    assert "{" not in sentence.zh.replace('{"', "")
    assert sentence.zh.endswith(("。", ".", "：")), sentence.zh
    assert sentence.en != PydanticKnownError(kind, facts).message()


def test_no_sentence_is_left_of_a_kind_that_is_gone() -> None:
    assert set(TEXTS) == set(KINDS)


class Inner(Body):
    kind: str
    size: Annotated[int, Field(gt=0)] = 1


class Outer(Body):
    rows: list[Inner] = Field(default_factory=list)
    either: dict[str, list[int]] | list[int] | None = None
    begins: int = Field(0, alias="from")
    choice: Any = None


@pytest.mark.parametrize(
    ("sent", "pointers"),
    [
        ([], [""]),
        ({"rows": [{"kind": "a"}, {"size": 0}]}, ["/rows/1/kind", "/rows/1/size"]),
        ({"from": "x"}, ["/from"]),
        ({"either": {"a": ["x"]}}, ["/either/a/0", "/either"]),
        ({"a/b~": 1}, ["/a~1b~0"]),
        ({"rows": 3}, ["/rows"]),
    ],
)
def test_a_fault_points_at_the_value_as_it_was_sent(sent: Any, pointers: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(sent)

    assert [one.pointer for one in input_faults(caught.value.errors(), sent)] == pointers
