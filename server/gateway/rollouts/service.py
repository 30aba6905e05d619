"""Use cases of releases: register, start, halt, resume, retry, roll back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.errors import Conflict, Forbidden, Invalid
from server.foundation.i18n import Sentence
from server.foundation.jobs.service import wake
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.gateway.rollouts import alerts, queries
from server.gateway.rollouts.builds import Build, keep
from server.gateway.rollouts.models import PlayerRelease, ReleaseScreen
from server.gateway.rollouts.rounds.rings import Ring, usual_rings
from server.gateway.rollouts.rounds.steps import Rules
from server.inventory.district.queries import player_updates

WHOLE_DISTRICT: Final = Sentence(
    "播放终端版本对全区生效，只有全区的管理员可以操作。",
    "Releases of the player are for the whole district: only its administrator acts on them.",
)
BUSY: Final = Sentence(
    "另一个版本正在发布，请先暂停并回退它。",
    "Another release is being rolled out: halt it and roll it back first.",
)
IS_LIVE: Final = Sentence("该版本已在全区运行。", "This release runs everywhere already.")
NOT_ROLLING: Final = Sentence("该版本没有在发布。", "This release isn't being rolled out.")
NOT_HALTED: Final = Sentence(
    "该版本没有暂停，无需继续。", "This release isn't halted: there is nothing to resume."
)
NO_FORMER: Final = Sentence("没有可以退回的版本。", "There is no other release to go back to.")
NONE_FAILED: Final = Sentence("没有更新失败的显示屏。", "No screen failed.")
LAST_RING: Final = Sentence(
    "最后一批必须是全部显示屏（100 %）。", "The last ring must be all screens (100 %)."
)


@dataclass(frozen=True)
class Halt:
    """A halt; `rule` is a key of `labels.HALTS`."""

    rule: str
    at_ms: int
    ring: int
    screens: tuple[int, ...] = ()
    user_id: int | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        return {**asdict(self), "screens": list(self.screens)}


def register(core: Core, build: Build) -> PlayerRelease:
    """Store a build as a release. The very first one is live for all screens at once."""
    with core.config.write() as session:
        has_releases = queries.newest(session) is not None
        row = keep(core, session, build)
        if not has_releases:
            complete(core, session, row)
        return row


def start_by_itself(core: Core) -> None:
    """Start the newest release by the district's settings, unless a roll-out is active."""
    with core.config.read() as session:
        row = queries.newest(session)
        policy = player_updates(session)
        is_new = row is not None and row.state == "registered" and row.started_at is None
        if not is_new or policy == "by_hand" or queries.active(session) is not None:
            return
    with core.config.write() as session:
        row = queries.newest(session)
        if row is None or row.state != "registered":
            return
        if policy == "at_once":
            complete(core, session, row)
        else:
            _begin(core, session, row, Rules(usual_rings(_total(session))))
        detail = {"name": row.name, "policy": policy}
        record(session, core.clock.now_ms(), None, "release.start", _id(row), **detail)


def start(
    core: Core, actor: Actor, text: str, options: Mapping[str, Any], check: Check = unchecked
) -> PlayerRelease:
    """Start a roll-out. Raises Conflict if another is active, Invalid."""
    _require(actor)
    with core.config.write() as session:
        row = _find(session, text, check)
        other = queries.active(session)
        usual = queries.live(session)
        if usual is not None and usual.id == row.id:
            raise Conflict(IS_LIVE)
        if other is not None and (other.id == row.id or other.state == "rolling"):
            raise Conflict(BUSY)
        if other is not None:  # halted: this one takes its place
            alerts.is_over(session, other)
            other.state = "withdrawn"
        _begin(core, session, row, _rules(session, options))
        _note(core, session, actor, row, "start", **dict(options))
    return row


def halt(core: Core, actor: Actor, text: str, note: str, check: Check = unchecked) -> PlayerRelease:
    """Send no further updates. Raises Conflict."""

    def act(session: Session, row: PlayerRelease) -> None:
        if row.state != "rolling":
            raise Conflict(NOT_ROLLING)
        why = Halt("person", core.clock.now_ms(), row.ring, (), actor.user_id, note)
        halt_now(core, session, row, why)

    row = _change(core, actor, text, check, "halt", act, note=note)
    wake(core)
    return row


def resume(core: Core, actor: Actor, text: str, check: Check = unchecked) -> PlayerRelease:
    """Continue; earlier failures are waived, and those screens keep the former release."""

    def act(session: Session, row: PlayerRelease) -> None:
        if row.state != "halted":
            raise Conflict(NOT_HALTED)
        alerts.is_over(session, row)
        row.state, row.halt, row.resumed_at = "rolling", None, core.clock.now_ms()
        # Screens whose update was cancelled before they took it are updated again.
        called = (ReleaseScreen.release_id == row.id, ReleaseScreen.state == "told")
        session.execute(update(ReleaseScreen).where(*called).values(state="waiting", told_at=0))

    return _change(core, actor, text, check, "resume", act)


def retry(core: Core, actor: Actor, text: str, check: Check = unchecked) -> PlayerRelease:
    """Retry the screens that failed. Raises Conflict."""

    def act(session: Session, row: PlayerRelease) -> None:
        mine = ReleaseScreen.release_id == row.id
        failed = (mine, ReleaseScreen.state == "failed")
        if row.state not in {"rolling", "complete"}:
            raise Conflict(NOT_ROLLING)
        if session.scalar(select(func.count()).select_from(ReleaseScreen).where(*failed)) == 0:
            raise Conflict(NONE_FAILED)
        if row.state == "complete":
            session.execute(delete(ReleaseScreen).where(*failed))
            return
        fresh = {"state": "waiting", "told_at": 0, "updated_at": 0, "failed_at": 0, "reason": ""}
        session.execute(update(ReleaseScreen).where(*failed).values(**fresh))

    return _change(core, actor, text, check, "retry", act)


def roll_back(
    core: Core, actor: Actor, text: str, note: str, check: Check = unchecked
) -> PlayerRelease:
    """Return all screens to the release before. Raises Conflict."""

    def act(session: Session, row: PlayerRelease) -> None:
        usual = queries.live(session)
        if row.state not in {"rolling", "halted"} and (usual is None or usual.id != row.id):
            raise Conflict(NOT_ROLLING)
        alerts.is_over(session, row)
        row.state = "withdrawn"
        session.flush()
        if queries.live(session) is None:
            raise Conflict(NO_FORMER)

    return _change(core, actor, text, check, "roll_back", act, note=note)


def forget_screens(core: Core, screen_ids: Sequence[int]) -> None:
    """Reset screens bound to other players: earlier progress doesn't apply to these."""
    with core.config.read() as session:
        if queries.active(session) is None:
            return
    with core.config.write() as session:
        row = queries.active(session)
        if row is not None:
            these = (ReleaseScreen.release_id == row.id, ReleaseScreen.screen_id.in_(screen_ids))
            session.execute(delete(ReleaseScreen).where(*these))


def halt_now(core: Core, session: Session, row: PlayerRelease, why: Halt) -> None:
    """Record a halt with its reason, and notify the duty targets."""
    row.state, row.halt = "halted", why.as_json()
    session.flush()
    alerts.notify(core, session, row)


def may_act(actor: Actor) -> bool:
    """Whether the person may act on releases, which needs the whole district."""
    return any(path.count("/") == 2 for path in actor.roots("settings.manage"))


def complete(core: Core, session: Session, row: PlayerRelease) -> None:
    """Make it the live release."""
    now_ms = core.clock.now_ms()
    last = queries.live(session)
    row.former = row.former or (last.name if last is not None else "")
    # Later than the last one even if the clock was set back: the newest is live.
    after_ms = (last.completed_at or 0) + 1 if last is not None and last.id != row.id else 0
    row.state, row.completed_at = "complete", max(now_ms, after_ms)
    session.flush()


def _begin(core: Core, session: Session, row: PlayerRelease, rules: Rules) -> None:
    usual = queries.live(session)
    session.execute(delete(ReleaseScreen).where(ReleaseScreen.release_id == row.id))
    row.state, row.ring, row.halt, row.resumed_at = "rolling", -1, None, None
    row.former = usual.name if usual is not None else ""
    row.rules, row.started_at = asdict(rules), core.clock.now_ms()
    session.flush()


def _rules(session: Session, options: Mapping[str, Any]) -> Rules:
    rings = options.get("rings")
    if rings is None:
        return Rules(usual_rings(_total(session)), **options)
    if rings[-1].get("percent", 0) < 100:
        raise Invalid.at(f"/rings/{len(rings) - 1}/percent", LAST_RING)
    return Rules(**{**options, "rings": tuple(Ring(**one) for one in rings)})


def _total(session: Session) -> int:
    return sum(queries.running(session).values())


def _require(actor: Actor) -> None:
    if not may_act(actor):
        raise Forbidden(WHOLE_DISTRICT)


def _find(session: Session, text: str, check: Check) -> PlayerRelease:
    row = queries.find(session, text)
    check(record_of(row))
    return row


def record_of(row: PlayerRelease) -> dict[str, Any]:
    """The content of a release's ETag: decisions, not screens' progress."""
    return {"name": row.name, "state": row.state, "ring": row.ring, "resumed_at": row.resumed_at}


def _change(
    core: Core,
    actor: Actor,
    text: str,
    check: Check,
    verb: str,
    act: Callable[[Session, PlayerRelease], None],
    **detail: Any,
) -> PlayerRelease:
    _require(actor)
    with core.config.write() as session:
        row = _find(session, text, check)
        act(session, row)
        _note(core, session, actor, row, verb, **detail)
    return row


def _note(
    core: Core, session: Session, actor: Actor, row: PlayerRelease, verb: str, **detail: Any
) -> None:
    entry = {"name": row.name, **detail}
    record(session, core.clock.now_ms(), actor.user_id, f"release.{verb}", _id(row), **entry)


def _id(row: PlayerRelease) -> str:
    return public("player_release", row.id)
