"""Alarms the district's duty targets if the audit trail or the play log was altered.

Sent regardless of their chosen events and of quiet hours, since tampering happens at night.
"""

from typing import Final

import structlog

from server.accounts.audit_log.reader import first_broken
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.foundation.jobs.service import wake
from server.monitoring.notifications import sender
from server.monitoring.notifications.queries import active
from server.playlog.audit.day_seals_check import Checked, check_seals

log = structlog.get_logger(__name__)

KIND: Final = "altered"
DUTY: Final = "duty"
TITLE: Final = Sentence(
    "【安屏】审计日志被改动：第 {} 条接不上", "[Anping] The audit trail was altered at entry {}"
)
TEXT: Final = Sentence(
    "审计日志从第 {} 条起与前一条接不上，有记录被改动或删除。\n"
    "请保留现场，不要清理数据库，与备份核对；服务器上运行 doctor 可查看详情。",
    "From entry {} on the audit trail doesn't fit the entry before: one was changed or taken out.\n"
    "Keep everything as it is and compare it with a backup; `doctor` on the server says more.",
)
OF_PLAYS: Final = Sentence(
    "【安屏】播放记录与封存不符", "[Anping] The log of plays doesn't fit its seals"
)
MORE_OF_PLAYS: Final = Sentence(
    "{}\n请保留现场，不要清理数据库，与备份核对；服务器上运行 doctor 可查看详情。",
    "{}.\nKeep everything as it is and compare it with a backup; `doctor` on the server says more.",
)


def check_trail(core: Core) -> int | None:
    """Log an error and notify if the audit trail's chain is broken; returns the entry, or None.

    Each target is notified once per entry.
    """
    with core.config.read() as session:
        entry = first_broken(session)
    if entry is not None:
        log.error("audit_trail_altered", entry=entry)
        _notify(core, f"trail:{entry}", TITLE.filled(entry), TEXT.filled(entry))
    return entry


def check_plays(core: Core) -> Checked:
    """Check the chain of days likewise; each target is notified once per finding."""
    checked = check_seals(core)
    for finding in checked.findings:
        log.error("day_chain_broken", finding=finding.en)
    if checked.findings:
        first = checked.findings[0]
        _notify(core, f"plays:{first.en}"[:80], OF_PLAYS, MORE_OF_PLAYS.filled(first))
    return checked


def _notify(core: Core, occasion: str, title: Sentence, text: Sentence) -> None:
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        for target in active(session):
            if target.level == DUTY and target.unit.parent_id is None:
                sender.put(
                    session,
                    target,
                    KIND,
                    occasion,
                    now_ms,
                    title=title.in_language(target.language),
                    text=text.in_language(target.language),
                )
    wake(core)
