"""The names of the people who can sign off a campaign or takeover that was just submitted."""

from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.accounts.guards import actor
from server.campaigns import queries
from server.campaigns.models import Campaign, Takeover
from server.campaigns.targeting.signoff_scope import Selecting, signers_unit
from server.foundation.errors import AnpingError
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.monitoring.on_call.queries import asked

NAMED: Final = 2
WAITS: Final = Sentence("等待{}审批", "{} signs it off")
OR: Final = Sentence("或", " or ")


def waits_for(text: str) -> Sentence | None:
    """For whom a campaign or a takeover waits: who is on duty, else who may; None if nobody.

    It is sent already: whatever keeps this from being read is no reason to call it refused.
    """
    try:
        return _waits_for(text)
    except (AnpingError, DBAPIError):
        return None


def _waits_for(text: str) -> Sentence | None:
    with core().config.read() as session:
        found = _row(session, text)
        if found is None:
            return None
        unit_id, author_id, row = found
        over = signers_unit(session, queries.unit_path(session, unit_id), row)
        people = asked(core(), session, over, author_id)
    on_duty = [one.name for one in people if one.until is not None]
    names = (on_duty or [one.name for one in people])[:NAMED]
    if not names:
        return None
    return Sentence(WAITS.zh.format(OR.zh.join(names)), WAITS.en.format(OR.en.join(names)))


def _row(session: Session, text: str) -> tuple[int, int, Selecting] | None:
    if text.startswith("k_"):
        campaign = queries.find(session, actor(), "read", Campaign, text)
        version = queries.open_version(session, campaign.id)
        return None if version is None else (campaign.unit_id, campaign.author_id, version)
    takeover = queries.find(session, actor(), "read", Takeover, text)
    return takeover.unit_id, takeover.author_id, takeover
