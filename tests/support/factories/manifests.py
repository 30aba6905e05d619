"""Small plans for tests: a manifest of two pictures in a loop of 30 seconds, round the clock."""

from playlists.wire.manifest import digest, encode
from playlists.wire.model import Asset, Loop, Manifest, Segment, Slot
from server.publishing.assignments.issuer import DesiredState, Issuing, Plan
from server.publishing.assignments.rows import AssignmentRecord
from server.publishing.assignments.signing_keys import Keyring
from server.publishing.manifests.store import keep
from tests.support.app.clock import DAY_MS, HOUR_MS
from tests.support.app.world import World

SLOT_MS = 15_000


def picture(name: str) -> Asset:
    """A picture whose digest follows from its name."""
    return Asset(digest(name), "image", "image/jpeg", 1_000, 1920, 1080)


def make_manifest(now_ms: int, *names: str) -> Manifest:
    """A month of a loop in which the named pictures have 15 s each; the last is the fallback."""
    names = names or ("slide", "clip")
    assets = tuple(picture(name) for name in (*names, "waiting"))
    slots = tuple(Slot(i * SLOT_MS, SLOT_MS, i, 0) for i in range(len(names)))
    start_ms = now_ms - now_ms % HOUR_MS
    return Manifest(
        timezone="Asia/Shanghai",
        assets=assets,
        campaigns=("k_1",),
        loops={"L1": Loop(len(names) * SLOT_MS, slots)},
        segments=(Segment(start_ms, start_ms + 31 * DAY_MS, "L1", start_ms),),
        fallback=len(names),
    )


def store_manifest(world: World, *names: str) -> str:
    """Keep such a manifest; its digest."""
    made = make_manifest(world.clock.now_ms(), *names)
    with world.core.config.write() as session:
        return keep(session, encode(made), made, world.clock.now_ms())


def issue(world: World, screen_id: int, desired: DesiredState) -> AssignmentRecord | None:
    """Set a screen's desired state; the assignment that was written, if one was."""
    with world.core.config.write() as session:
        issuing = Issuing(session, Keyring(world.core), world.clock.now_ms(), [screen_id])
        is_issued = issuing.issue(screen_id, desired)
        issuing.finish()
        return issuing.rows[screen_id] if is_issued else None


def assign(world: World, screen_id: int, *names: str) -> AssignmentRecord:
    """Assign a manifest of these pictures to a screen."""
    manifest = store_manifest(world, *names)
    plan = Plan(manifest, inputs=manifest, built_at=world.clock.now_ms())
    written = issue(world, screen_id, DesiredState(plan=plan))
    assert written is not None
    return written


def assign_all(world: World, screen_ids: list[int], *names: str) -> None:
    """Assign a manifest of these pictures to many screens in one round."""
    manifest = store_manifest(world, *names)
    plan = Plan(manifest, inputs=manifest, built_at=world.clock.now_ms())
    with world.core.config.write() as session:
        issuing = Issuing(session, Keyring(world.core), world.clock.now_ms(), screen_ids)
        for screen_id in screen_ids:
            assert issuing.issue(screen_id, DesiredState(plan=plan))
        issuing.finish()
