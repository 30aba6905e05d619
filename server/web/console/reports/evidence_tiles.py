"""What an auditor's overview has in place of screens: the trail, frozen packs, plays put aside."""

from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accountability.assessment import queries as packs
from server.accountability.assessment.models import AssessmentPack
from server.accounts.actor import Actor
from server.accounts.audit_log import reader as trail
from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.foundation.rest.request_language import translate
from server.playlog.rawlog.pagination import screens_of
from server.playlog.store.quarantine import heaps
from server.playlog.store.snapshot import snapshot
from server.web.helpers import today

TRAIL: Final = Sentence("今日审计记录", "Audit entries today")
PACKS: Final = Sentence("已冻结的考核材料", "Frozen assessment packs")
ASIDE: Final = Sentence("待核查播放记录", "Plays put aside")
MOST_HEAPS: Final = 200


def evidence_tiles(core: Core, session: Session, actor: Actor) -> list[dict[str, Any]]:
    """A figure, its name and the page with its rows, for each that the person may open."""
    found = []
    if actor.roots("audit.read"):
        found.append((_entries(core, session, actor), TRAIL, f"/settings/audit?from={today()}"))
    if actor.roots("packs.read"):
        query = packs.in_scope(actor).where(AssessmentPack.state == "ready")
        found.append((_count(session, query), PACKS, "/assessment-packs"))
    if actor.roots("reports.read"):
        found.append((_aside(core, actor), ASIDE, "/quarantine"))
    return [{"count": count, "name": translate(name), "href": href} for count, name, href in found]


def _entries(core: Core, session: Session, actor: Actor) -> int:
    since_ms = Civil(core.settings.zone).start_of(today().toordinal())
    filters = trail.EntryFilter(from_ms=since_ms)
    return _count(session, trail.narrowed(trail.in_scope(session, actor), filters))


def _count(session: Session, query: Any) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _aside(core: Core, actor: Actor) -> int:
    screens = screens_of(core, actor, None)
    if not screens:
        return 0
    with snapshot(core.plays) as tx:
        return sum(one.plays for one in tx.aside(heaps, screens, None, MOST_HEAPS))
