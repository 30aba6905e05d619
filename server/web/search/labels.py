"""Texts of search results."""

from typing import Final

from server.foundation.i18n import Sentence
from server.inventory.venues.kinds import KINDS
from server.monitoring.incidents.catalogue import CODES
from server.web.search.queries import Hit

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
_STATES: Final = {
    "asset:processing": Sentence("处理中", "Processing"),
    "asset:ready": Sentence("未送审", "Not submitted"),
    "asset:rejected": Sentence("处理失败", "Refused"),
    "asset:submitted": Sentence("待审批", "Waiting for sign-off"),
    "asset:approved": Sentence("已批准", "Approved"),
    "asset:withdrawn": Sentence("已撤下", "Withdrawn"),
    "campaign:draft": Sentence("草稿", "Draft"),
    "campaign:submitted": Sentence("待审批", "Waiting for sign-off"),
    "campaign:approved": Sentence("已批准", "Approved"),
    "campaign:live": Sentence("播放中", "Live"),
    "campaign:ended": Sentence("已结束", "Ended"),
    "campaign:withdrawn": Sentence("已撤下", "Withdrawn"),
    "takeover:submitted": Sentence("待审批", "Waiting for sign-off"),
    "takeover:live": Sentence("播放中", "Live"),
    "takeover:rejected": Sentence("已退回", "Rejected"),
    "takeover:ended": Sentence("已结束", "Ended"),
    "incident:open": Sentence("未处理", "Open"),
    "incident:acknowledged": Sentence("处理中", "Acknowledged"),
    "incident:closed": Sentence("已结束", "Closed"),
}


def in_words(text: str, language: str) -> str:
    """A title or note: codes by their names, all else as it is."""
    prefix, _, code = text.partition(":")
    if prefix == "kind" and code in KINDS:
        return KINDS[code].name.in_language(language)
    if prefix == "code" and code in CODES:
        return CODES[code].name.in_language(language)
    return _STATES[text].in_language(language) if text in _STATES else text


def title_of(hit: Hit, language: str) -> str:
    """The title of a hit."""
    return in_words(hit.title, language)


def note_of(hit: Hit, language: str) -> str:
    """The notes that distinguish a hit from others."""
    return " · ".join(in_words(note, language) for note in hit.notes)
