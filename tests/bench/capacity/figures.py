"""What one machine was measured to do: all that is known of sizes, in one place.

Each figure is stated in a page of docs in the words `statement`, with the command that prints it.
Anyone who measures on machines of his own changes both, and regenerates docs/capacity.md
(`python -m tests.bench.capacity --write`); tests/rules/docs/test_capacity.py holds all three
together.
"""

from typing import Final, NamedTuple


class Figure(NamedTuple):
    """A measured value, its meaning, and the page and words that state it."""

    value: float
    unit: str
    what: str
    doc: str
    statement: str


BEAT: Final = Figure(
    46.8,
    "us",
    "processor for a beat: 1.56 % of a core for the 333 a second of 10,000 screens",
    "docs/push.md",
    "**1.56 %**",
)
COMEBACK: Final = Figure(
    1_100,
    "us",
    "processor for a screen that comes back and hands in",
    "docs/push.md",
    "at first, 1.1 ms",
)
ORDER: Final = Figure(
    77.5,
    "us",
    "processor for a screen of a takeover: found, signed, written, sent, its receipt written",
    "docs/push.md",
    "**77.5 us, 0.94 x**",
)
PROXY: Final = Figure(
    14,
    "us",
    "nginx's processor for a message in one direction",
    "docs/operations.md",
    "12 to 14 us a delivery",
)
GROUP: Final = Figure(
    250,
    "batches",
    "committed at once, at most",
    "docs/decisions/0005-one-writer-on-postgresql-too.md",
    "in groups of up to 250",
)
# `python -m tests.bench.node`; stated in docs/capacity.md itself.
HERE: Final = "docs/capacity.md"
SCREEN: Final = Figure(
    7.2, "KiB", "of the web worker for a screen that is connected", HERE, "7.2 KiB of the worker"
)
SIGNATURE: Final = Figure(
    23.8, "us", "processor for a signature (ECDSA P-256)", HERE, "a signature 23.8 us"
)
WRITTEN: Final = Figure(
    1_143, "us", "a batch of one play keeps others from writing, on PostgreSQL", HERE, "1,143 us"
)
WRITTEN_MORE: Final = Figure(14.4, "us", "each play more in it", HERE, "14.4 us for each play more")
TAKEN_IN: Final = Figure(
    784, "us", "of which on the worker's core", HERE, "784 us of them the worker's"
)
TAKEN_IN_MORE: Final = Figure(
    9.4, "us", "each play more in it", HERE, "9.4 us of those the worker's"
)
WRITTEN_SQLITE: Final = Figure(231, "us", "a batch of one play on SQLite", HERE, "231 us on SQLite")
WRITTEN_SQLITE_MORE: Final = Figure(
    9.4, "us", "each play more in it", HERE, "9.4 us more for each play"
)
ROW: Final = Figure(199, "bytes", "on the disk for a batch", HERE, "199 bytes for a batch")
PLAY: Final = Figure(6.0, "bytes", "and for each play in it", HERE, "6.0 for each play in it")
# `python -m tests.bench.plays.tied`; stated there too.
TIED_SQLITE: Final = Figure(
    10.4, "bytes", "for a play whose small batch was tied to others, on SQLite", HERE, "10.4 bytes"
)
TIED: Final = Figure(11.9, "bytes", "the same on PostgreSQL", HERE, "11.9 on PostgreSQL")
BESIDE: Final = Figure(
    9.9, "bytes", "for it in all other tables", HERE, "9.9 bytes a play in all other tables"
)
SIGNED: Final = Figure(92, "bytes", "more for a batch that is signed", HERE, "92 bytes more")
SIGNED_TIED: Final = Figure(72, "bytes", "and for one that is tied", HERE, "72 once it is tied")
