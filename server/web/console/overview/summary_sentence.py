"""The day in one sentence, ready to be pasted into a message."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.guards import actor
from server.accounts.models import Unit
from server.foundation.i18n import Sentence, share_text
from server.foundation.rest.request_language import translate
from server.web.helpers import now

WHEN: Final = Sentence("今日 {time}，{unit} ", "Today at {time}, {unit}: ")
ONLINE: Final = Sentence("{online}/{screens} 块屏在线", "{online} of {screens} screens online")
PLAYED: Final = Sentence("反诈宣传已播 {n} 次", "{n} plays against fraud")
RATE: Final = Sentence("完成率 {rate}", "delivery rate {rate}")
COMMA: Final = Sentence("，", ", ")
STOP: Final = Sentence("。", ".")


def summary(
    session: Session, screens: Mapping[str, Any], plays: Mapping[str, Any] | None
) -> str | None:
    """What there is to report of the person's scope; None while there is nothing."""
    clauses = []
    if screens["screens"]:
        clauses.append(
            translate(ONLINE).format(online=screens["online"], screens=screens["screens"])
        )
    if plays and plays["expected"]:
        clauses.append(translate(PLAYED).format(n=f"{plays['confirmed']:,}"))
    if plays and plays["delivery_rate"] is not None:
        clauses.append(translate(RATE).format(rate=share_text(plays["delivery_rate"])))
    if not clauses:
        return None
    lead = translate(WHEN).format(time=now().strftime("%H:%M"), unit=_scope(session))
    return lead + translate(COMMA).join(clauses) + translate(STOP)


def _scope(session: Session) -> str:
    """What the highest unit is called for which the person reads figures."""
    roots = sorted(actor().roots("reports.read"), key=len)
    query = select(Unit.name).where(Unit.path == roots[0])
    return session.scalar(query) or "" if roots else ""
