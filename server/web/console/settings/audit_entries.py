"""Entries of the audit trail in words, filtered by the page's address."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import orjson

from server.accounts.audit_log import reader as trail
from server.accounts.audit_log.labels import MANY, THINGS, alone, facts, ids_of, sentence
from server.accounts.audit_log.nouns import CHANGED, NOUNS, field_labels, kind_label
from server.accounts.models import AuditEntry
from server.accounts.serializers import audit_document
from server.foundation.civil_time import Civil
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import district_zone, iso

WRONG_DAY: Final = Sentence("日期请写成 2026-11-24 这样。", "Write the day as 2026-11-24.")
YEARS: Final = (1970, 9000)
"""The range of valid days, with a midnight before and after."""
IN_DETAILS: Final = frozenset({"fields", "roles"})
"""Shown in other ways, or to be read in the entry as it was written."""
WITHOUT_ID: Final = {"plan": Sentence("抽查计划", "Plan of spot checks")}
COLON: Final = Sentence("：", ": ")
BETWEEN: Final = Sentence("；", "; ")
AND: Final = Sentence("、", ", ")


def matters() -> list[tuple[str, str]]:
    """The nouns of actions, to choose one."""
    return [(noun, _translate(name)) for noun, name in NOUNS.items()]


def ids_in(entries: Sequence[AuditEntry]) -> set[str]:
    """The public ids in entries: their objects, and those in their facts."""
    found = {entry.object for entry in entries}
    found |= {public("user", entry.user_id) for entry in entries if entry.user_id is not None}
    for entry in entries:
        for key, value in entry.detail.items():
            if key in THINGS and isinstance(value, str):
                found.add(value)
            elif key in MANY and isinstance(value, list):
                found.update(ids_of(value))
    return found


def filter_of(given: Mapping[str, str], days: Mapping[str, str]) -> trail.EntryFilter:
    """The filter by `object`, `who`, `about`, `from` and `to`. Raises Invalid."""
    civil = Civil(core().settings.zone)
    first, last = (_day(name, days[name]) for name in ("from", "to"))
    return trail.EntryFilter(
        given["object"],
        given["who"],
        given["about"],
        civil.start_of(first.toordinal()) if first else None,
        civil.start_of(last.toordinal() + 1) if last else None,
    )


def _day(name: str, text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
        if day is not None and not YEARS[0] <= day.year <= YEARS[1]:
            raise ValueError(text)
    except ValueError as error:
        raise Invalid.at(f"/{name}", WRONG_DAY) from error
    return day


def row_of(entry: AuditEntry, username: str | None, names: Mapping[str, str]) -> dict[str, Any]:
    """An entry in words, with its detail as it was written; `names` are those of `ids_in`."""
    who, name = _who(entry, username, names), names.get(entry.object) or _object(entry)
    words = sentence(entry.action, who, language())
    detail = {
        key: value
        for key, value in entry.detail.items()
        if key not in IN_DETAILS and (key, value) != ("name", name)  # the sentence has it
    }
    facts_text = facts(detail, language(), district_zone(), names)
    fields = [_translate(one) for one in field_labels(entry.detail)]
    changed = (
        f"{_translate(CHANGED)}{_translate(COLON)}{_translate(AND).join(fields)}" if fields else ""
    )
    return {
        **audit_document(entry, username, district_zone()),
        "lead": words.lead,
        "tail": words.tail,
        "alone": alone(entry.action, who, language()),
        "name": name,
        "who": who,
        "username": username or "",
        "day": str(iso(entry.at, district_zone()))[:10],
        "text": _translate(BETWEEN).join(filter(None, (facts_text, changed))),
        "raw": f"{entry.action} {orjson.dumps(entry.detail, option=orjson.OPT_SORT_KEYS).decode()}",
    }


def _translate(sentence: Sentence) -> str:
    return sentence.in_language(language())


def _who(entry: AuditEntry, username: str | None, names: Mapping[str, str]) -> str:
    """Who did it, by name; "" for the server itself."""
    if entry.user_id is None:
        return ""
    return names.get(public("user", entry.user_id)) or username or public("user", entry.user_id)


def _object(entry: AuditEntry) -> str:
    """An object without a name by its id.

    One without an id, such as the plan of spot checks, by the noun of the action.
    """
    noun = WITHOUT_ID.get(entry.object) or NOUNS.get(entry.action.partition(".")[0])
    return entry.object if noun is None or kind_label(entry.object) else _translate(noun)
