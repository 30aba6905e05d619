"""The text of an order, put together by hand, is the JSON that a library makes of the same."""

from typing import Any

import orjson
import pytest

from server.publishing.assignments.payload import FORMAT, VALID_MS, Order, more_of

TAKEOVER = {"id": "t_7", "asset": {"digest": "a" * 64}, "label": '停电\n"演练" 100% {}', "until": 5}
PARTS: dict[str, Any] = {
    "revoked": ["c" * 64, "d" * 64],
    "keys": [{"kid": "1f", "kty": "EC", "crv": "P-256", "x": "-_", "y": "y"}],
    "metered": {"networks": ["屏"], "hours": [[1, 2]]},
    "pause": {"from": 1, "until": 2**53 - 1},
}


@pytest.mark.parametrize("takeover", [None, TAKEOVER])
@pytest.mark.parametrize(
    "names", [(), *((name,) for name in PARTS), ("keys", "pause"), tuple(PARTS)]
)
def test_it_is_the_json_of_all_its_parts_in_their_order(
    names: tuple[str, ...], takeover: dict[str, Any] | None
) -> None:
    takeover_text = None if takeover is None else orjson.dumps(takeover).decode()
    more = {name: PARTS[name] for name in names}

    text = Order(
        9, 2**40, "b" * 64, 1767225600000, 1767225600001, takeover_text, more_of(**more)
    ).text()

    wire = {
        "format": FORMAT,
        "screen": "s_9",
        "version": 2**40,
        "manifest": "b" * 64,
        "activate_at": 1767225600000,
        "issued_at": 1767225600001,
        "expires_at": 1767225600001 + VALID_MS,
        "takeover": takeover,
        **more,
    }
    assert text == orjson.dumps(wire).decode()


def test_empty_fields_are_left_out() -> None:
    assert more_of([], [], {}, {}) == more_of() == ""
