"""Assigns content to screens: plans after changes, takeovers and withdrawals at once."""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from playlists.plan.built_loops import Build
from server.foundation.core import Core
from server.foundation.runtime.yielding import yield_to_loop
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.queries import facts as facts_of
from server.publishing.assignments import rows as held
from server.publishing.assignments.acknowledgements import go_above, note_switches, renew
from server.publishing.assignments.issuer import DesiredState, Issuing, Plan
from server.publishing.assignments.outbox import wake
from server.publishing.assignments.overlays import Overlays
from server.publishing.assignments.payload import VALID_MS
from server.publishing.assignments.signing_keys import Keyring
from server.publishing.events import OrdersWritten
from server.publishing.manifests import store as manifests
from server.publishing.manifests.black_picture import keep_black
from server.publishing.manifests.builder import Made, NoFallback, Recipe, Recipes, make
from server.publishing.manifests.download_windows import allowance
from server.publishing.manifests.loop_cache import LoopCache, NotBuilt
from server.publishing.models import Assignment, Tenure
from server.publishing.queries import manifest_at, may_fetch, takeover_windows, tenures

__all__ = [
    "go_above",
    "manifest_at",
    "may_fetch",
    "note_switches",
    "renew",
    "takeover_windows",
    "tenures",
]

log = structlog.get_logger(__name__)

# Screens written in one transaction: it holds the database for some tens of milliseconds.
GROUP: Final = 1_000
URGENT_S: Final = 0.3
"""Seconds for which others yield to a stop or takeover.

While thousands of screens answer, a turn of theirs takes half a second; ten of these took most of
the time until the last screen had its assignment.
"""


@dataclass(frozen=True)
class _Task:
    """A screen whose plan may have changed; `leaving`: the manifest on air now."""

    facts: ScreenFacts
    recipe: Recipe
    leaving: str | None


@dataclass(frozen=True)
class _Manner:
    """Options of writing assignments, see `DesiredState`; it yields to others each `breath_s`."""

    newly_bound: bool = False
    renew_below_ms: int = 0
    breath_s: float = 0.0


def manifest_text(core: Core, digest: str) -> str:
    """A manifest exactly as it is served. Raises NotFound."""
    with core.config.read() as session:
        return manifests.text(session, digest)


def rebuild(core: Core, screen_ids: Collection[int] | None = None, *, extend: bool = False) -> int:
    """Rebuild the plans of screens (None: all), and assign those that changed.

    Inputs are compared first, so nothing is built without a change. `extend` builds and assigns in
    any case, as another day has begun. Building is slow and done outside transactions. Returns the
    number of new assignments.
    """
    try:
        tasks = _tasks(core, screen_ids, extend=extend)
    except NoFallback:
        log.error("planning_before_first_run")
        return 0
    return _carry_out(core, tasks, LoopCache(core), extend=extend)


def begin_bound(core: Core, screen_ids: Collection[int]) -> int:
    """Give screens that were just bound what they are to play, where that needs no building.

    Returns for how many; the plans of the others are built by the next rebuild.
    """
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        found = facts_of(session, screen_ids)
        try:
            recipes = Recipes(session, now_ms)
            wanted = {one.screen_id: recipes.recipe(one) for one in found}
        except NoFallback:
            log.error("planning_before_first_run")
            wanted = {}
    made = _made_already(core, wanted.values(), now_ms)
    plans = {one: made[recipe.inputs] for one, recipe in wanted.items() if recipe.inputs in made}
    _write(core, found, plans, core.clock.now_ms(), _Manner(newly_bound=True))
    return len(plans)


def assign_overlays(core: Core, screen_ids: Collection[int]) -> int:
    """Assign takeovers, pauses and revoked files at once; plans stay.

    For takeovers, stops, pauses and withdrawals, which never wait for a queue. Returns the number
    of new assignments.
    """
    with core.config.read() as session:
        found = facts_of(session, screen_ids)
    issued = assign_overlays_to(core, found)
    _forget_ends(core, set(screen_ids) - {one.screen_id for one in found})
    return issued


def assign_overlays_to(core: Core, screens: Sequence[ScreenFacts]) -> int:
    """The same for playing screens with given facts."""
    keep_black(core)
    return _write(core, screens, {}, core.clock.now_ms(), _Manner(breath_s=URGENT_S))


def revoke_files(core: Core, files: Collection[str]) -> int:
    """Revoke files from screens whose plans contain them; returns the number of assignments."""
    with core.config.read() as session:
        names = list(manifests.naming(session, files))
        assigned = select(Assignment.screen_id).where(
            Assignment.manifest.in_(names) | Assignment.leaving.in_(names)
        )
        had = select(Tenure.screen_id).where(Tenure.manifest.in_(names))
        showing = _with_takeover_of(session, files)
        screen_ids = {*session.scalars(assigned), *session.scalars(had), *showing}
    return assign_overlays(core, screen_ids)


def end_due_takeovers(core: Core) -> int:
    """Update screens whose takeover has ended; an older one that is still live comes back."""
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        due = select(Assignment.screen_id).where(Assignment.takeover_until <= now_ms)
        screen_ids = list(session.scalars(due))
    return assign_overlays(core, screen_ids) if screen_ids else 0


def _made_already(core: Core, recipes: Iterable[Recipe], now_ms: int) -> dict[str, Made]:
    """The plans of recipes with cached loops, each once, by their inputs."""
    cached = LoopCache(core, patient=False)
    made: dict[str, Made] = {}
    for recipe in {one.inputs: one for one in recipes}.values():
        try:
            made[recipe.inputs] = make(core, recipe, now_ms, cached)
        except NotBuilt:
            log.info("plan_deferred", inputs=recipe.inputs)
    return made


def _tasks(core: Core, screen_ids: Collection[int] | None, *, extend: bool) -> list[_Task]:
    """The screens whose plans must be built, with their inputs."""
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        found = facts_of(session, screen_ids)
        rows = held.load_light(session, [one.screen_id for one in found])
        recipes = Recipes(session, now_ms)
        tasks = []
        for one in found:
            row, recipe = rows.get(one.screen_id), recipes.recipe(one)
            if row is None or extend or row.inputs != recipe.inputs:
                leaving = row.in_force(now_ms) if row is not None else None
                tasks.append(_Task(one, recipe, leaving))
    return tasks


def _carry_out(core: Core, tasks: Sequence[_Task], build: Build, *, extend: bool) -> int:
    """Build and write, those together that leave the same manifest: they leave it at once."""
    leavers: dict[str | None, list[_Task]] = defaultdict(list)
    for task in tasks:
        leavers[task.leaving].append(task)
    made: dict[str, Made] = {}
    issued = 0
    for group in leavers.values():
        for task in group:
            inputs = task.recipe.inputs
            if inputs not in made:
                made[inputs] = make(core, task.recipe, core.clock.now_ms(), build)
        plans = {task.facts.screen_id: made[task.recipe.inputs] for task in group}
        now_ms = core.clock.now_ms()
        renew_below_ms = VALID_MS if extend else 0
        manner = _Manner(renew_below_ms=renew_below_ms)
        issued += _write(core, [task.facts for task in group], plans, now_ms, manner)
    return issued


def _write(
    core: Core,
    screens: Sequence[ScreenFacts],
    plans: dict[int, Made],
    now_ms: int,
    manner: _Manner,
) -> int:
    """Write new assignments for these screens, in short transactions, and wake the sender."""
    keys, boundaries, issued = Keyring(core), dict[str, int](), 0
    rested = time.monotonic()
    for group in _groups(screens):
        with core.config.write() as session:
            ids = [one.screen_id for one in group]
            issuing = Issuing(session, keys, now_ms, ids, boundaries)
            overlays = Overlays(session, now_ms)
            kept = _kept(session, (plans[one] for one in ids if one in plans), now_ms)
            for one in group:
                made = plans.get(one.screen_id)
                plan = kept[made.recipe.inputs] if made is not None else None
                issued += issuing.issue(
                    one.screen_id, _desired_state(one, plan, issuing, overlays, manner)
                )
            issuing.finish()
        if issuing.written:
            core.events.publish(OrdersWritten(issuing.serial, issuing.written, issuing.ends))
        wake(core)
        if time.monotonic() - rested >= manner.breath_s:
            yield_to_loop()
            rested = time.monotonic()
    return issued


def _desired_state(
    one: ScreenFacts, plan: Plan | None, issuing: Issuing, overlays: Overlays, manner: _Manner
) -> DesiredState:
    """The desired assignment of a screen."""
    takeover = overlays.takeover(one)
    revoked: tuple[str, ...] = ()
    if overlays.revokes:
        mine = partial(issuing.manifests, one.screen_id, plan)
        revoked = overlays.revoked(mine, takeover)
    return DesiredState(
        plan=plan,
        takeover=takeover,
        revoked=revoked,
        metered=allowance(one),
        pause=overlays.pause(one),
        renew_below_ms=manner.renew_below_ms,
        newly_bound=manner.newly_bound,
    )


def _kept(session: Session, made: Iterable[Made], now_ms: int) -> dict[str, Plan]:
    """Store manifests, each once; returns the plans by their inputs."""
    plans: dict[str, Plan] = {}
    for one in made:
        inputs = one.recipe.inputs
        if inputs not in plans:
            name = manifests.keep(session, one.text, one.manifest, now_ms)
            plans[inputs] = Plan(name, inputs, now_ms)
    return plans


def _groups(screens: Sequence[ScreenFacts]) -> Iterator[Sequence[ScreenFacts]]:
    for start in range(0, len(screens), GROUP):
        yield screens[start : start + GROUP]


def _with_takeover_of(session: Session, files: Collection[str]) -> Iterable[int]:
    rows = session.scalars(select(Assignment).where(Assignment.takeover_until.is_not(None)))
    return [row.screen_id for row in rows if (row.takeover or {})["asset"]["digest"] in files]


def _forget_ends(core: Core, screen_ids: Collection[int]) -> None:
    """Clear the ends of takeovers of screens that are no longer in service."""
    if not screen_ids:
        return
    with core.config.write() as session:
        gone = update(Assignment).where(Assignment.screen_id.in_(screen_ids))
        session.execute(gone.values(takeover_until=None))
