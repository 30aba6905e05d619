"""Password rules, and argon2id outside the event loop."""

import os
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent import monkey
from gevent.threadpool import ThreadPool

from server.foundation.errors import Busy, Invalid
from server.foundation.i18n import Sentence
from server.foundation.ip_networks import network_of
from server.foundation.runtime.time_slices import run_behind
from server.foundation.runtime.yielding import wait_for_a_turn

P = ParamSpec("P")
R = TypeVar("R")

SHORTEST = 8
LONGEST = 128
# A hash takes 64 MiB and a tenth of a second: few at once, and a bounded queue.
AT_ONCE = 1
MOST_WAITING = 100
NICE = 10
# Unauthenticated attempts: a limit per network, with some slots for new networks.
MOST_OF_ONE = 6
MOST_AT_ALL = 60
MOST_NETWORKS = 90

# The most common guesses; longer lists are left to the delays.
COMMON = frozenset(
    (
        "00000000",
        "11111111",
        "12341234",
        "12345678",
        "123456789",
        "1234567890",
        "123123123",
        "66666666",
        "88888888",
        "87654321",
        "a1234567",
        "a12345678",
        "abc12345",
        "abcd1234",
        "admin123",
        "admin1234",
        "administrator",
        "iloveyou",
        "password",
        "password1",
        "password123",
        "qwer1234",
        "qwerty123",
        "qwertyui",
        "qwertyuiop",
        "1q2w3e4r",
        "1qaz2wsx",
        "woaini520",
        "woaini1314",
        "zxcvbnm123",
    )
)


def check_rules(password: str, username: str, pointer: str = "/password") -> None:
    """Refuse passwords that are easily guessed; no rules on kinds of characters. Raises Invalid."""
    wrong = _what_is_wrong(password, username)
    if wrong is not None:
        raise Invalid.at(pointer, wrong)


def hash_password(password: str) -> str:
    """The argon2id hash, with its parameters and salt. Raises Busy in a flood."""
    return _off_the_loop(_hasher().hash, password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether a password fits; None (unknown person) takes the same time. Raises Busy."""
    nobody = _hash_of_nobody()
    fits = _off_the_loop(_fits, password, stored or nobody)
    return fits and stored is not None


@dataclass
class Places:
    """Counts unauthenticated attempts that wait for their hash, by network."""

    _taken: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def taken(self, address: str) -> Iterator[None]:
        """Take a slot for the block, before the attempt is counted. Raises Busy."""
        network = network_of(address)
        self._refuse_flood(network)
        self._taken[network] += 1
        try:
            yield
        finally:
            self._taken[network] -= 1
            self._taken += Counter()  # drops zero counts

    def _refuse_flood(self, network: str) -> None:
        own, every = self._taken[network], self._taken.total()
        most = MOST_AT_ALL if own else MOST_NETWORKS
        if own >= MOST_OF_ONE or every >= most:
            raise Busy


@cache
def places() -> Places:
    """The slots of this process."""
    return Places()


def is_outdated(stored: str) -> bool:
    """Whether the hash has weaker parameters than the current ones."""
    return _hasher().check_needs_rehash(stored)


def new_password() -> str:
    """A random password that is easily read aloud: 5 groups of 4 characters, 97 bits."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))


def _what_is_wrong(password: str, username: str) -> Sentence | None:
    if len(password) < SHORTEST:
        return Sentence(f"密码至少 {SHORTEST} 位。", f"Use {SHORTEST} characters or more.")
    if len(password) > LONGEST:
        return Sentence(f"密码最多 {LONGEST} 位。", f"Use {LONGEST} characters at most.")
    if password.casefold() == username.casefold() or len(set(password)) == 1:
        return Sentence("密码过于简单，请更换。", "This is too simple: choose another password.")
    if password.casefold() in COMMON:
        return Sentence(
            "此密码极易被猜到，请更换。", "This password is among the first tried: choose another."
        )
    return None


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(parallelism=1)  # else a hash takes all processors at once


@cache
def _hash_of_nobody() -> str:
    return hash_password(secrets.token_urlsafe())


def _fits(password: str, stored: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@dataclass
class _Desk:
    """Hashes in dedicated threads, so that it can't delay commits of plays."""

    pool: ThreadPool
    waiting: int = 0

    def do(self, work: Callable[..., R], *args: Any) -> R:
        if self.waiting >= MOST_WAITING:
            raise Busy
        self.waiting += 1
        try:
            result: R = self.pool.apply(_with_low_priority, (work, args))
        finally:
            self.waiting -= 1
        wait_for_a_turn()
        return result


def _with_low_priority(work: Callable[..., R], args: tuple[Any, ...]) -> R:
    """Leave the processor to the loop, whose players wait while hundreds sign in (Linux alone has
    priorities of threads)."""
    thread = threading.get_native_id()
    if os.getpriority(os.PRIO_PROCESS, thread) < NICE:
        run_behind(NICE)
    return work(*args)


@cache
def _desk() -> _Desk:
    return _Desk(ThreadPool(AT_ONCE))


def _off_the_loop(work: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
    """Under gevent a hash would block all greenlets; without gevent it runs directly."""
    if not monkey.is_module_patched("threading"):
        return work(*args, **named)
    return _desk().do(work, *args)
