"""Units, kinds and other groups by their delivery rate, the lowest first."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from server.foundation.i18n import Sentence, per_cent, share_text
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.reporting.delivery.service import Row
from server.web.charts.columns import Layer
from server.web.charts.ranking import RankedBar, bar

SHOWN: Final = 10
BELOW: Final = Sentence("{n} 个低于 {target}", "{n} below {target}")
ALL_REACH: Final = Sentence("都达到 {target}", "all reach {target}")


def ranking(
    rows: Iterable[Row], target: float, href: Callable[[Row], str | None]
) -> Mapping[str, Any] | None:
    """Bars of those with a rate, and how many are below the target; None for fewer than two."""
    rated = [(row.figures.delivery_rate, row) for row in rows]
    ranked = sorted(
        ((rate, row) for rate, row in rated if rate is not None),
        key=lambda one: (one[0], -one[1].figures.expected),
    )
    if len(ranked) < 2:
        return None
    low = sum(rate < target for rate, _ in ranked)
    words = {"n": low, "target": f"{per_cent(target):.0f} %"}
    return {
        "sentence": translate(BELOW if low else ALL_REACH).format(**words),
        "bars": [
            RankedBar(
                row.label.name.in_language(language()),
                share_text(row.figures.delivery_rate),
                bar([Layer("t-confirmed", rate)], 1, target),
                href(row),
                is_low=rate < target,
            )
            for rate, row in ranked[:SHOWN]
        ],
        "others": len(ranked[SHOWN:]),
    }
