"""Impossible plays count nothing, in any form; honest ones do.

Every reason for quarantine in docs/algorithms/plays.md, each in two forms at least, through the
players' API. Each form is handed in beside four honest plays, which count.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from server.playlog.ingest.flask_extension import playback_of
from server.playlog.ingest.service import decide_boot, suspect_boot
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import BOOT, make_batch, make_programme, takeover_batch
from tests.support.reporting.reports import totals

FORMER = make_programme(START_MS, salt=1)
PROGRAMME = make_programme(START_MS, salt=2, lengths_s=(10, 15, 4, 31))
STRANGE = make_programme(START_MS, salt=3)
SWITCH_MS = START_MS + 30 * MINUTE_MS
NOW_MS = START_MS + HOUR_MS
BOOTED_MS = START_MS - 5_000
OTHER_BOOT = "00000000000000b2"
HONEST = PROGRAMME.slots(SWITCH_MS + MINUTE_MS, SWITCH_MS + 2 * MINUTE_MS)
LATER = PROGRAMME.slots(SWITCH_MS + 10 * MINUTE_MS, SWITCH_MS + 11 * MINUTE_MS)
"""Ten, fifteen, four and thirty-one seconds, as the honest ones."""
Batch = dict[str, Any]


def honest(boot: str = BOOT, **other: Any) -> Batch:
    return make_batch(PROGRAMME, HONEST, boot=boot, offset_ms=BOOTED_MS, **other)


def last(**changes: Any) -> list[Batch]:
    """The honest ones and one more of ten seconds, of which some values are others."""
    return [_changed(make_batch(PROGRAMME, [*HONEST, LATER[0]], offset_ms=BOOTED_MS), changes)]


def apart(programme: Any, slots: Any, **other: Any) -> list[Batch]:
    """The honest ones, then a batch of its own."""
    more = {"first": 5, "offset_ms": BOOTED_MS, **other}
    return [honest(), make_batch(programme, slots, **more)]


def _changed(batch: Batch, changes: dict[str, Any]) -> Batch:
    for column, value in changes.items():
        if column == "asset" and isinstance(value, str):
            batch["assets"] = [*batch["assets"], value]
            value = len(batch["assets"]) - 1  # noqa: PLW2901 - its place in the list
        batch[column][-1] = value
    return batch


def since_boot(at_ms: int) -> int:
    return at_ms - BOOTED_MS


def of_another_boot(slots: Any, **other: Any) -> list[Batch]:
    fields = {"boot": OTHER_BOOT, "offset_ms": BOOTED_MS, **other}
    return [honest(), make_batch(PROGRAMME, slots, **fields)]


@dataclass(frozen=True)
class Form:
    """A way to hand in what wasn't shown: to which line of the rules it belongs, and the reason.

    `honest` is how many plays beside it count; `before` prepares the screen.
    """

    line: str
    name: str
    reason: str
    batches: Callable[[], list[Batch]]
    bad: int = 1
    honest: int = 4
    before: Callable[[World, BoundScreen], None] = field(default=lambda _world, _screen: None)


def suspects(world: World, screen: BoundScreen) -> None:
    suspect_boot(world.core, playback_of(world.app), screen.id, OTHER_BOOT)


def rules_out(world: World, screen: BoundScreen) -> None:
    suspects(world, screen)
    decide_boot(playback_of(world.app), screen.id, OTHER_BOOT, genuine=False)


AT_MS = LATER[0].start_ms
NEXT = PROGRAMME.slots(NOW_MS, NOW_MS + MINUTE_MS)
FORMS = (
    Form("slot", "an index that the loop doesn't have", "unknown_slot", lambda: last(slot=99)),
    Form("slot", "a segment that the plan doesn't have", "unknown_slot", lambda: last(segment=7)),
    Form(
        "slot",
        "scheduled, three seconds beside its slot",
        "wrong_time",
        lambda: last(start_ms=since_boot(AT_MS) + 3_000),
    ),
    Form(
        "slot",
        "joined late, after its slot was over",
        "wrong_time",
        lambda: last(cause=2, state=1, start_ms=since_boot(AT_MS) + 13_000, shown_ms=2_000),
    ),
    Form(
        "slot",
        "of the former plan, after the screen had switched",
        "not_on_air",
        lambda: apart(FORMER, FORMER.slots(AT_MS, AT_MS + 10_000)),
    ),
    Form(
        "slot",
        "of the new plan, before the screen had switched",
        "not_on_air",
        lambda: apart(PROGRAMME, PROGRAMME.slots(START_MS, START_MS + 10_000)),
    ),
    Form(
        "slot",
        "of a plan that no server made",
        "unknown_manifest",
        lambda: apart(STRANGE, STRANGE.slots(AT_MS, AT_MS + 10_000)),
    ),
    Form(
        "asset",
        "the file of another slot",
        "wrong_asset",
        lambda: last(asset=LATER[1].asset),
    ),
    Form("asset", "a file of no plan", "wrong_asset", lambda: last(asset="f" * 64)),
    Form("too short", "completed at 89 %", "too_short", lambda: last(shown_ms=8_900)),
    Form("too short", "completed and never seen", "too_short", lambda: last(shown_ms=0)),
    Form(
        "overlap",
        "begun 101 ms before the one before had ended",
        "overlap",
        lambda: apart(
            PROGRAMME, LATER[:2], start_ms=[since_boot(AT_MS), since_boot(AT_MS) + 9_899]
        ),
        honest=5,
    ),
    Form(
        "overlap",
        "of another boot, while the first was on",
        "overlap",
        lambda: of_another_boot(HONEST[1:2]),
    ),
    Form(
        "more than seconds",
        "sixty plays of one slot within ten seconds",
        "overlap",
        lambda: apart(
            PROGRAMME,
            [LATER[0]] * 60,
            state=1,
            start_ms=[since_boot(AT_MS) + 30 * index for index in range(60)],
        ),
        bad=59,
    ),
    Form(
        "more than seconds",
        "all again, from another boot",
        "overlap",
        lambda: of_another_boot(HONEST),
        bad=4,
    ),
    Form(
        "enrolment",
        "a day before the screen was enrolled",
        "before_enrolment",
        lambda: apart(PROGRAMME, LATER[:1], offset_ms=BOOTED_MS - DAY_MS, start_ms=0),
    ),
    Form(
        "enrolment",
        "by a clock of 1970",
        "before_enrolment",
        lambda: apart(PROGRAMME, LATER[:1], offset_ms=0, start_ms=60_000),
    ),
    Form("future", "of the minute to come", "future", lambda: apart(PROGRAMME, NEXT[:1])),
    Form(
        "future",
        "ends three seconds after its receipt",
        "future",
        lambda: apart(
            PROGRAMME,
            PROGRAMME.slots(NOW_MS - 31_000, NOW_MS),
            start_ms=since_boot(NOW_MS) - 28_000,
        ),
    ),
    Form("maximum", "longer than its slot", "over_maximum", lambda: last(shown_ms=12_001)),
    Form("maximum", "of a whole day", "over_maximum", lambda: last(shown_ms=DAY_MS)),
    Form(
        "taken",
        "the same slot a second later, by an unsure clock",
        "slot_taken",
        lambda: of_another_boot(
            HONEST[:1],
            clock={"offset_ms": BOOTED_MS, "uncertainty_ms": 290_000},
            start_ms=since_boot(HONEST[0].start_ms) - 20_000,
        ),
    ),
    Form(
        "taken",
        "a slot of four seconds shown twice, once early and once late",
        "slot_taken",
        lambda: apart(
            PROGRAMME,
            [LATER[2], LATER[2]],
            start_ms=[since_boot(LATER[2].start_ms) + shift for shift in (-2_000, 1_650)],
            shown_ms=[3_650, 4_000],
        ),
        honest=5,
    ),
    Form(
        "clone",
        "of the newer boot of what may be a cloned disk",
        "clone_suspected",
        lambda: of_another_boot(LATER[:1]),
        before=suspects,
    ),
    Form(
        "clone",
        "of a boot that a person has ruled out",
        "clone_suspected",
        lambda: of_another_boot(LATER[:1]),
        before=rules_out,
    ),
    Form(
        "takeover",
        "of an emergency that nobody ordered",
        "no_takeover",
        lambda: [honest(), takeover_batch("e" * 64, AT_MS, 9_000, first=5, offset_ms=BOOTED_MS)],
    ),
    Form("value", "a state that there isn't", "bad_value", lambda: last(state=9)),
    Form("value", "an error with a sentence in it", "bad_value", lambda: last(error="Nicht gut!")),
)


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, made, FORMER, START_MS)
    put_on_air(world, made, PROGRAMME, SWITCH_MS, version=2)
    world.clock.at_ms = NOW_MS
    return made


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.line}: {form.name}")
def test_it_counts_nothing_and_reports_the_reason(
    world: World, screen: BoundScreen, form: Form
) -> None:
    form.before(world, screen)
    responses = [hand_in(world, screen, batch) for batch in form.batches()]

    answers = [one.json for one in responses]
    aside = [one for answer in answers for one in answer["quarantined"]]
    assert [one.status_code for one in responses] == [200] * len(responses)
    assert [one["reason"] for one in aside] == [form.reason] * form.bad
    client = sign_in(world, "reviewer").client
    listed = client.get("/api/v1/quarantine?limit=200").json["items"]
    assert [one["reason"] for one in listed] == [form.reason] * form.bad
    assert {one["seq"] for one in listed} == {one["seq"] for one in aside}
    assert totals(client).get("confirmed") == form.honest
    sent = sum(len(batch["slot"]) for batch in form.batches())
    plays = client.get("/api/v1/plays?limit=200").json["items"]
    assert len(plays) == sent, "nothing is thrown away"


REUSED = {
    "another length under the same number": {"shown_ms": [10_000, 15_000, 4_000, 30_999]},
    "another slot under the same number": {"slot": [0, 1, 2, 2]},
}


@pytest.mark.parametrize("form", REUSED)
def test_a_number_that_comes_again_with_other_content_keeps_the_first_and_flags_the_screen(
    world: World, screen: BoundScreen, form: str
) -> None:
    hand_in(world, screen, honest())

    answer = hand_in(world, screen, honest(**REUSED[form])).json

    client = sign_in(world, "reviewer").client
    assert (answer["upto"], answer["quarantined"]) == (4, [])
    assert totals(client).get("confirmed") == 4
    assert client.get("/api/v1/quarantine").json["items"] == []
    kept = client.get("/api/v1/plays").json["items"]
    assert sorted(one["shown_ms"] for one in kept) == [4_000, 10_000, 15_000, 31_000]
    assert flag_of(world, screen) == "seq_reused"


def flag_of(world: World, screen: BoundScreen) -> Any:
    with world.core.plays.engine.connect() as connection:
        query = text("SELECT flag_reason FROM logs WHERE screen = :screen")
        return connection.execute(query, {"screen": screen.id}).scalar_one()


@pytest.mark.parametrize("how", ["revoke", "retire"])
def test_a_credential_that_was_taken_away_is_refused_and_nothing_of_it_acknowledged(
    world: World, screen: BoundScreen, how: str
) -> None:
    person = sign_in(world, "admin")
    taken = person.client.post(f"/api/v1/screens/{screen.public_id}/{how}")
    assert taken.status_code < 300, taken.text

    answer = hand_in(world, screen, honest())

    assert answer.status_code == 401
    assert "upto" not in answer.json
    assert totals(person.client).get("confirmed", 0) == 0
    assert person.client.get("/api/v1/plays").json["items"] == []
