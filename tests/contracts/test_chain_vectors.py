"""The hash chain of a boot against cases worked out by hand."""

import json
from pathlib import Path

from server.playlog.model import hash_chain

VECTOR = json.loads((Path(__file__).parent / "chain.json").read_text())


def test_the_chain_begins_with_the_hash_of_the_boot() -> None:
    assert hash_chain.start(VECTOR["boot"]).hex() == VECTOR["start"]


def test_each_link_covers_the_head_before_and_one_row() -> None:
    head = hash_chain.start(VECTOR["boot"])
    for step in VECTOR["steps"]:
        head = hash_chain.link(head, step["event"])

        assert head.hex() == step["head"], step["text"]
