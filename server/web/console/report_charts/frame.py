"""The tabs of reports and the days that they are of, which go along from tab to tab."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from flask import request

from server.accounts.guards import actor
from server.accounts.roles import Action
from server.foundation.i18n import Sentence
from server.foundation.rest.request_language import say
from server.web.helpers import today


class Tab(NamedTuple):
    """A tab; `keeps_days` if the page behind it is of days."""

    path: str
    name: Sentence
    action: Action
    keeps_days: bool = True


TABS: Final = (
    Tab("/reports", Sentence("播放", "Plays"), "reports.read"),
    Tab("/reports/coverage", Sentence("覆盖", "Coverage"), "reports.read"),
    Tab("/uptime", Sentence("运行", "Uptime"), "reports.read", keeps_days=False),
    Tab("/assessment-packs", Sentence("考核", "Assessment"), "packs.read", keeps_days=False),
    Tab("/spot-checks", Sentence("抽查", "Spot checks"), "reports.read"),
    Tab("/plays", Sentence("原始记录", "Raw log"), "reports.read", keeps_days=False),
)
SPANS: Final = (
    (1, Sentence("今天", "Today")),
    (7, Sentence("7 天", "7 days")),
    (30, Sentence("30 天", "30 days")),
)


def report_tabs(days: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The tabs that the person may open, each with the days of this page if it has any."""
    return [
        {
            "name": say(tab.name),
            "href": _href(tab.path, days if tab.keeps_days and days else {}),
            "here": tab.path == request.path,
        }
        for tab in TABS
        if actor().roots(tab.action)
    ]


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
                "name": say(name),
                "href": f"{request.path}?{urlencode([*days, *kept])}",
                "here": (first, last) == (begins, today()),
            }
        )
    return found


def _href(path: str, days: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(days)}" if days else path
