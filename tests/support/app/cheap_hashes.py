"""Makes passwords of tests cheap: a hash costs next to nothing, but in tests of what it costs.

A hash takes 64 MiB and a tenth of a second on purpose; to sign people in took three fifths of the
processor's time in the tests of accounts. Servers of their own process hash as in production.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from argon2 import PasswordHasher

from server.accounts.auth import passwords

# Dearer than the ready hashes in people.py, which so are outdated still.
CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)
_of_production = passwords._hasher


def hash_cheaply() -> None:
    """From now on, in this process."""
    passwords._hasher = _cheap  # type: ignore[assignment] # remembers nothing
    passwords._hash_of_nobody.cache_clear()


@contextmanager
def at_full_cost() -> Iterator[None]:
    """Hash as in production for the length of the block."""
    passwords._hasher = _of_production
    passwords._hash_of_nobody.cache_clear()
    try:
        yield
    finally:
        hash_cheaply()


def _cheap() -> PasswordHasher:
    return CHEAP
