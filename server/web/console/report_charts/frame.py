"""The tabs of reports and the days that they are of, which go along from tab to tab."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from flask import request

from server.accounts.guards import actor
from server.accounts.roles import Action
from server.foundation.i18n import Sentence
from server.foundation.rest.request_language import translate
from server.web.addresses import href
from server.web.console.fleet.filters import LENGTHS
from server.web.helpers import query_args, today


class Tab(NamedTuple):
    """A tab, by the address of its page."""

    path: str
    name: Sentence
    action: Action


TABS: Final = (
    Tab("/reports", Sentence("播放", "Plays"), "reports.read"),
    Tab("/reports/coverage", Sentence("覆盖", "Coverage"), "reports.read"),
    Tab("/uptime", Sentence("运行", "Uptime"), "reports.read"),
    Tab("/assessment-packs", Sentence("考核", "Assessment"), "packs.read"),
    Tab("/spot-checks", Sentence("抽查", "Spot checks"), "reports.read"),
    Tab("/plays", Sentence("原始记录", "Raw log"), "reports.read"),
)
SPANS: Final = (
    (1, Sentence("今天", "Today")),
    (7, Sentence("7 天", "7 days")),
    (30, Sentence("30 天", "30 days")),
)


def report_tabs(days: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The tabs that the person may open, each with the days of this page.

    A page that isn't of days passes on those that it was given itself.
    """
    kept = dict(days or query_args("from", "to"))
    return [
        {
            "name": translate(tab.name),
            "href": href(tab.path, kept, _in_its_words(tab.path, kept)),
            "here": tab.path == request.path,
        }
        for tab in TABS
        if actor().roots(tab.action)
    ]


def _in_its_words(path: str, days: Mapping[str, str]) -> dict[str, str]:
    """The days as a page asks for them that is of some last days, or of a single one."""
    try:
        first, last = (date.fromisoformat(days[name]) for name in ("from", "to"))
    except (KeyError, ValueError):
        return {}
    if path == "/plays":
        return {"day": last.isoformat()}
    if path == "/uptime":
        length = (last - first).days + 1
        return {"days": str(min((one for one in LENGTHS if one >= length), default=LENGTHS[-1]))}
    return {}


def spans(first: date, last: date) -> list[dict[str, Any]]:
    """Today and the last days, each as this page's address with those days."""
    kept = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in ("from", "to") and value
    ]
    found = []
    for length, name in SPANS:
        begins = today() - timedelta(days=length - 1)
        days = [("from", begins.isoformat()), ("to", today().isoformat())]
        found.append(
            {
                "name": translate(name),
                "href": f"{request.path}?{urlencode([*days, *kept])}",
                "here": (first, last) == (begins, today()),
            }
        )
    return found
