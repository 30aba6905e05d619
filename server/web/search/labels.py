"""Texts of search results."""

from collections.abc import Mapping
from typing import Final

from server.campaigns.labels import STATES as CAMPAIGN_STATES
from server.foundation.i18n import Sentence
from server.inventory.venues.kinds import KINDS
from server.monitoring.incidents.catalogue import CODES
from server.monitoring.incidents.catalogue import STATES as INCIDENT_STATES
from server.web.console.campaigns.library import STATES as ASSET_STATES

GROUPS: Final = {
    "act": Sentence("操作", "Actions"),
    "id": Sentence("编号", "By id"),
    "screen": Sentence("显示屏", "Screens"),
    "venue": Sentence("点位", "Venues"),
    "line": Sentence("线路", "Lines"),
    "unit": Sentence("责任单位", "Units"),
    "user": Sentence("人员", "People"),
    "asset": Sentence("素材", "Media"),
    "playlist": Sentence("播放列表", "Playlists"),
    "campaign": Sentence("宣传任务", "Campaigns"),
    "takeover": Sentence("紧急插播", "Takeovers"),
    "incident": Sentence("故障", "Incidents"),
    "page": Sentence("页面", "Pages"),
}
_NAMES: Final[Mapping[str, Mapping[str, Sentence]]] = {
    "kind": {code: kind.name for code, kind in KINDS.items()},
    "code": {code: kind.name for code, kind in CODES.items()},
    "asset": {state: name for state, (name, _) in ASSET_STATES.items()},
    "campaign": {state: name for state, (name, _) in CAMPAIGN_STATES.items()},
    "takeover": {state: name for state, (name, _) in CAMPAIGN_STATES.items()},
    "incident": {state: name for state, (name, _) in INCIDENT_STATES.items()},
}


def in_words(text: str, language: str) -> str:
    """A title or note: codes by their names, all else as it is."""
    prefix, _, code = text.partition(":")
    name = _NAMES.get(prefix, {}).get(code)
    return text if name is None else name.in_language(language)
