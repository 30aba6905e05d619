"""That the audit trail was altered: told to the district's duty, whatever else they chose to hear.

Quiet hours don't hold it back: whoever alters the trail does so at night.
"""

from typing import Final

import structlog

from server.accounts.trail import first_broken
from server.core import Core
from server.jobs.service import wake
from server.notifications import sending
from server.notifications.queries import active
from server.texts import Sentence

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


def check_trail(core: Core) -> int | None:
    """Say it loudly if the trail isn't the chain as which it was written; the entry, None: it is.

    Each entry is told once to each target.
    """
    with core.config.read() as session:
        entry = first_broken(session)
    if entry is not None:
        log.error("the audit trail was altered", entry=entry)
        _tell(core, entry)
    return entry


def _tell(core: Core, entry: int) -> None:
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        for target in active(session):
            if target.level == DUTY and target.unit.parent_id is None:
                title = TITLE.in_language(target.language).format(entry)
                text = TEXT.in_language(target.language).format(entry)
                occasion = f"trail:{entry}"
                sending.put(session, target, KIND, occasion, now_ms, title=title, text=text)
    wake(core)
