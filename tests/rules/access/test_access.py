"""Every route, every role, one's own street and another: what is foreign is reported as not found.

The routes come from the app's url_map and what they name from its models, so that a new route is
held to this or named by the first test with what to add.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm.attributes import flag_modified

from server.accounts.roles import MAY, Role
from server.foundation.db.columns import ConfigBase
from server.foundation.public_ids import LETTERS
from server.foundation.rest.flask_extensions import socketio
from server.gateway.page_hints.topics import TOPICS
from tests.support.access import references, routes, table
from tests.support.access.asking import Answer, ask, dump, rehearsed
from tests.support.access.bodies import BODIES
from tests.support.access.marks import Mark, names
from tests.support.access.routes import ALONE, OBJECTS, Door
from tests.support.access.street import ROLES, Street, make_street
from tests.support.app.console_sockets import OpenPage, notify_pages
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World, make_world
from tests.support.devices.socket_player import SocketPlayer
from tests.support.monitoring.heartbeats import ContactHistory

pytestmark = pytest.mark.slow

ANOTHER_BOOT = "00000000000000c3"
DIFFERENT: tuple[Role, ...] = ("admin", "venue", "auditor")
"""Those whose scope is a unit's, some venues', and reports without anything else."""


@dataclass(frozen=True)
class Streets:
    """Two of them on one server; each is the other's foreign one.

    `answers` are those to each role about its own street's objects, asked once.
    """

    world: World
    ours: Street
    theirs: Street
    doors: list[Door]
    answers: dict[Role, list[tuple[Door, Answer]]] = field(default_factory=dict)

    def answered(self, role: Role) -> list[tuple[Door, Answer]]:
        """All doors with what came back for one's own."""
        if role not in self.answers:
            self.answers[role] = list(self._ask_all(role))
        return self.answers[role]

    def _ask_all(self, role: Role) -> Iterator[tuple[Door, Answer]]:
        for door in routes.doors(self.world):
            if door.name not in ALONE:
                with rehearsed(self.world):
                    yield door, ask(self.ours.people[role], door, _ids_of(self.ours, role))


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Streets]:
    folder: Path = tmp_path_factory.mktemp("streets")
    world = make_world(folder / "server")
    make_waiting_picture(world)
    ContactHistory(world).we_were_up("24 07:00", "24 09:00")
    ours, theirs = make_street(world, Mark("heronQ7")), make_street(world, Mark("craneQ7"))
    yield Streets(world, ours, theirs, routes.of_objects(world))
    world.close()


def test_every_route_is_classified(streets: Streets) -> None:
    assert list(routes.unclassified(streets.world, BODIES)) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_foreign_object_is_answered_like_a_missing_one(streets: Streets, role: Role) -> None:
    before, distinguishable = dump(streets.world), []
    for door in streets.doors:
        theirs = _ids_of(streets.theirs, role)
        foreign = ask(streets.ours.people[role], door, theirs)
        missing = ask(streets.ours.people[role], door, {**theirs, **OBJECTS})
        if not alike(door, foreign, missing, theirs):
            distinguishable.append(f"{door.name}: {foreign.status} {missing.status}")
        elif foreign.status != (404 if table.may(role, door.guard) else 403):
            distinguishable.append(
                f"{door.name} is answered {foreign.status}: {foreign.words[:200]}"
            )

    assert distinguishable == [], "\n".join(distinguishable)
    assert {t: r for t, r in dump(streets.world).items() if before[t] != r} == {}


@pytest.mark.parametrize("role", ROLES)
def test_a_foreign_part_of_something_of_ones_own_is_answered_as_missing_too(
    streets: Streets, role: Role
) -> None:
    distinguishable = []
    for door in streets.doors:
        ours, theirs = _ids_of(streets.ours, role), _ids_of(streets.theirs, role)
        parts = door.objects[1:]
        if not parts:
            continue
        mixed = {**ours, **{part: theirs[part] for part in parts}}
        nothing = {**ours, **{part: OBJECTS[part] for part in parts}}
        person = streets.ours.people[role]
        foreign, missing = ask(person, door, mixed), ask(person, door, nothing)
        if not alike(door, foreign, missing, mixed) or foreign.status < 400:
            distinguishable.append(f"{door.name}: {foreign.status} {missing.status}")

    assert distinguishable == []


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_states_with_its_own_objects(
    streets: Streets, role: Role
) -> None:
    unlike = []
    for door, answer in streets.answered(role):
        refused = answer.status in (401, 403, 404) or answer.status >= 500
        if refused == table.may_with_own(role, door.name, door.guard):
            unlike.append(f"{door.name} ({door.guard}): {answer.status} {answer.code}")

    assert unlike == [], "\n".join(unlike)


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_nothing_that_is_answered_has_a_word_or_an_id_of_another_street(
    streets: Streets, role: Role
) -> None:
    leaks = []
    for door, answer in streets.answered(role):
        leaks += [f"{door.name}: {what}" for what in _seen_of(streets.theirs, answer)]

    assert leaks == [], "\n".join(leaks)


@pytest.mark.long
def test_lists_show_ones_own_objects(streets: Streets) -> None:
    """Or nothing of another street could be missed there."""
    shown = {
        door.rule
        for role in ROLES
        for door, answer in streets.answered(role)
        if door.method == "GET" and _seen_of(streets.ours, answer)
    }
    empty = {rule for rule, query in routes.LISTS.items() if query is not None} - shown

    assert empty == set()


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_a_body_that_names_something_foreign_is_refused_as_one_that_names_nothing(
    streets: Streets, role: Role
) -> None:
    distinguishable, theirs = [], _ids_of(streets.theirs, role)
    for door in routes.doors(streets.world):
        if not table.may(role, door.guard):
            continue
        for path, kind in references.in_body(door):
            body = BODIES[door.name]
            foreign, missing = (
                _rehearse(streets, role, door, references.with_value(body, path, value))
                for value in (theirs[kind], OBJECTS[kind])
            )
            same = foreign.without(theirs[kind]) == missing.without(OBJECTS[kind])
            unread = {(door.name, step) for step in path} & references.UNREAD.keys()
            if not same or (foreign.status < 400 and not unread):
                distinguishable.append(f"{door.name} {path}: {foreign.status} {missing.status}")

    assert distinguishable == [], "\n".join(distinguishable)


@pytest.mark.long
@pytest.mark.parametrize("role", DIFFERENT)
def test_a_query_that_names_something_foreign_is_answered_as_one_that_names_nothing(
    streets: Streets, role: Role
) -> None:
    distinguishable, theirs = [], _ids_of(streets.theirs, role)
    ours = _ids_of(streets.ours, role)
    for door in routes.doors(streets.world):
        if door.writes or not table.may(role, door.guard):
            continue
        for name, kind in references.in_query(door):
            foreign, missing = (
                ask(streets.ours.people[role], door, ours, query=f"{name}={value}")
                for value in (theirs[kind], OBJECTS[kind])
            )
            if foreign.without(theirs[kind]) != missing.without(OBJECTS[kind]):
                distinguishable.append(f"{door.name} {name}: {foreign.status} {missing.status}")

    assert distinguishable == [], "\n".join(distinguishable)


@pytest.mark.parametrize("role", ROLES)
def test_no_file_of_another_street_is_fetched_by_its_digest(streets: Streets, role: Role) -> None:
    door = next(one for one in streets.doors if one.rule == "/files/<digest>")
    person, ids = streets.ours.people[role], _ids_of(streets.ours, role)
    missing = ask(person, door, {**ids, **OBJECTS})
    digests = {*streets.theirs.digests, streets.theirs.ids["digest"]}
    answers = [ask(person, door, {**ids, "file": digest}) for digest in digests]

    assert {answer.status for answer in answers} == {404}
    assert {answer.content for answer in answers} == {missing.content}


def test_a_screens_socket_is_of_no_use_to_people(streets: Streets) -> None:
    """A new namespace needs a test of its own here: who may subscribe to what."""
    spaces = {one.namespace for one in socketio.namespace_handlers} | set(socketio.handlers)
    token = streets.ours.people["admin"].client.post("/api/v1/tokens", json={"name": "x"})
    screen = replace(_screen(streets.ours), token=token.get_json()["token"])

    assert spaces == {"/screen", "/console"}
    assert not SocketPlayer(streets.world, screen).is_connected


def test_an_open_page_is_hinted_at_nothing_of_another_street(streets: Streets) -> None:
    """For any role, followed object and written row."""
    world = streets.world
    pages = {
        (street.mark.text, role): OpenPage(world, street.people[role].client, *TOPICS)
        for street in (streets.ours, streets.theirs)
        for role in ROLES
    }
    notify_pages(world, 10.0)
    for page in pages.values():
        page.received_topics()
    _touch_all(streets.theirs)
    notify_pages(world, 100.0)
    topics = {of: page.received_topics() for of, page in pages.items()}
    for page in pages.values():
        page.leave()

    ours, theirs = streets.ours.mark.text, streets.theirs.mark.text
    assert {role: topics[ours, role] for role in ROLES} == {role: [] for role in ROLES}
    assert {"campaigns", "incidents", "media", "screens", "waiting"} <= set(topics[theirs, "admin"])


def test_a_screen_gets_no_file_and_no_assignment_of_another(streets: Streets) -> None:
    ours, theirs = _screen(streets.ours), _screen(streets.theirs)
    visitor = streets.world.visitor()
    files = [
        visitor.get(f"/files/{digest}", headers=ours.headers).status_code
        for digest in (*streets.theirs.digests, streets.theirs.ids["digest"], "0" * 64)
    ]
    SocketPlayer(streets.world, theirs, boot=ANOTHER_BOOT)
    player = SocketPlayer(streets.world, ours, boot=ANOTHER_BOOT)

    assert set(files) == {404}
    assert all(ours.public_id in json.dumps(one) for one in player.received("assignment"))


def test_the_product_s_own_table_is_the_offices() -> None:
    assert {action: set(roles) for action, roles in MAY.items()} == {
        guard: set(roles) for guard, (_, roles) in table.MAY.items() if guard in MAY
    }


def alike(door: Door, foreign: Answer, missing: Answer, ids: dict[str, str]) -> bool:
    """Whether the two answers are the same to the byte; a page links to itself by its address."""
    if door.rule.startswith("/api/"):
        return foreign == missing
    both = [value for name in door.objects for value in (ids[name], OBJECTS[name])]
    return foreign.without(*both) == missing.without(*both)


def _screen(street: Street) -> BoundScreen:
    assert street.screen is not None
    return street.screen


def _touch_all(street: Street) -> None:
    """Write each row of a street that has a public id."""
    kinds = {letter: kind for kind, letter in LETTERS.items()}
    tables = {mapper.local_table.name: mapper.class_ for mapper in ConfigBase.registry.mappers}  # type: ignore[attr-defined] # every mapper here has a table of its own
    written = set()
    with street.world.core.config.write() as session:
        for text in [
            *street.ids.values(),
            *(one for own in street.own.values() for one in own.values()),
        ]:
            letter, _, figure = text.partition("_")
            model = tables.get(f"{kinds.get(letter)}s")
            row = session.get(model, int(figure)) if model and figure.isdigit() else None
            if row is not None:
                written.add(model)
                flag_modified(row, "id")
    assert len(written) > 15


def _rehearse(streets: Streets, role: Role, door: Door, body: Any) -> Answer:
    with rehearsed(streets.world):
        return ask(streets.ours.people[role], door, _ids_of(streets.ours, role), body)


def _seen_of(street: Street, answer: Answer) -> list[str]:
    """A street's words and ids in an answer."""
    words = answer.words
    ids = {one for own in (street.ids, *street.own.values()) for one in own.values()}
    found = [one for one in ids if "_" in one and names(words, one)]
    return [street.mark.text, *found] if street.mark.is_in(words) else found


def _ids_of(street: Street, role: Role) -> dict[str, str]:
    """The ids of a street; of what a role has none of its own, somebody else's there."""
    anybody = {name: value for own in street.own.values() for name, value in own.items()}
    return anybody | street.ids_for(role)
