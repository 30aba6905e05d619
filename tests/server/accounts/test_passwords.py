"""Passwords are hashed with argon2id, off the event loop, and unknown people take as long."""

import os
import subprocess
import sys
import threading
import time
from statistics import median

import pytest
from argon2 import extract_parameters
from gevent.threadpool import ThreadPool

from server.accounts.auth import passwords
from server.accounts.auth.first_admin import ensure_admin
from server.accounts.auth.passwords import (
    check_rules,
    hash_password,
    is_outdated,
    is_right,
    new_password,
)
from server.foundation.errors import Invalid
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("full_cost")]

# A hash goes on only once somebody else had his turn: on the loop it would wait for ever.
UNDER_GEVENT = """
from gevent import monkey
monkey.patch_all()
import os
import gevent
from server.accounts.auth import passwords

reader, writer = os.pipe()
hasher, nobody = passwords._hasher(), passwords._hash_of_nobody()

class Waits:
    def hash(self, password):
        os.read(reader, 1)
        return hasher.hash(password)
    def verify(self, stored, password):
        os.read(reader, 1)
        return hasher.verify(stored, password)

def beside_others(work, *args):
    gevent.spawn(os.write, writer, b"x")
    return work(*args)

passwords._hasher = Waits
hashed = beside_others(passwords.hash_password, "correct-horse-7")
print(beside_others(passwords.is_right, "correct-horse-7", hashed))
print(beside_others(passwords.is_right, "wrong-horse-7", hashed))
"""


def test_a_hash_is_argon2id_with_a_salt_of_its_own() -> None:
    one, two = hash_password("correct-horse-7"), hash_password("correct-horse-7")

    assert one.startswith("$argon2id$")
    assert one != two
    assert is_right("correct-horse-7", one)
    assert not is_right("correct-horse-8", one)
    assert not is_outdated(one)


def test_nobody_has_no_right_password() -> None:
    assert not is_right("", None)
    assert not is_right("anything", None)
    assert not is_right("anything", "no hash at all")


@pytest.mark.slow
def test_other_requests_go_on_while_a_password_is_hashed() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", UNDER_GEVENT],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["True", "False"]


def seconds(world: World, username: str, number: int) -> float:
    """How long it takes to be refused."""
    body = {"username": username, "password": "wrong-horse-7"}
    place = {"REMOTE_ADDR": f"203.0.113.{number}"}
    start = time.perf_counter()
    answer = world.visitor().post("/api/v1/session", json=body, environ_base=place)
    assert answer.status_code == 401
    return time.perf_counter() - start


def test_unknown_people_cost_as_much_hashing_as_existing_ones(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_admin(world.core, lambda _password: None)
    hashed, fits = list[str](), passwords._fits
    monkeypatch.setattr(
        passwords, "_fits", lambda word, stored: hashed.append(stored) or fits(word, stored)
    )

    seconds(world, "admin", 1)
    seconds(world, "nobody", 2)

    existing, unknown = map(extract_parameters, hashed)
    assert existing == unknown


@pytest.mark.timed
def test_unknown_people_take_as_long_as_existing_ones(world: World) -> None:
    ensure_admin(world.core, lambda _password: None)

    seconds(world, "warm-up", 0)
    existing = median(seconds(world, "admin", number) for number in range(1, 4))
    unknown = median(seconds(world, "nobody", number) for number in range(1, 4))

    # Hashing is nearly all of it: left out, the answer would come ten times sooner.
    assert 1 / 3 < unknown / existing < 3


def test_made_passwords_keep_the_rules_and_differ() -> None:
    made = {new_password() for _ in range(100)}

    assert len(made) == 100
    for password in made:
        check_rules(password, "admin")


def test_the_password_must_not_be_the_name() -> None:
    with pytest.raises(Invalid):
        check_rules("Zhang.San", "zhang.san")


def test_hashing_leaves_the_processor_to_requests_that_wait_for_the_loop() -> None:
    desk = passwords._Desk(ThreadPool(1))

    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert desk.do(priority) == desk.do(priority) == passwords.NICE > priority()
