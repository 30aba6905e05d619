"""JSON columns of SQLite return the stored value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.foundation.db.sqlite import read_json

# With halves of surrogate pairs, as browsers may send them.
TEXT = st.text(st.characters(exclude_categories=()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@pytest.mark.slow
@given(VALUES)
def test_every_value_comes_back_as_it_was(value: object) -> None:
    assert read_json(json.dumps(value)) == value


def test_numbers_of_any_width_and_half_a_surrogate_pair_are_kept() -> None:
    for value in (2**64 + 1, -(2**63) - 1, 2**80 + 1, "\ud800", "\ud800 ", float("inf")):
        assert read_json(json.dumps([value])) == [value]
