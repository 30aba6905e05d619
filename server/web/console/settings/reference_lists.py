"""设置 → 反诈资料: kinds of scams, tools and keywords, each with its source and date."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, render_template

from server.accounts.guards import actor, needs
from server.content import queries
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, iso
from server.inventory.district.service import may_change
from server.web.helpers import people_names

pages = Blueprint("reference_list_pages", __name__)

SPARE_ROWS: Final = 3
FIELDS: Final = {
    "name": (Sentence("名称", "Name"), 24),
    "trick": (Sentence("手法", "How it goes"), 200),
    "advice": (Sentence("一句话提醒", "One line of advice"), 40),
    "text": (Sentence("说明", "What it is"), 200),
    "source": (Sentence("来源", "Source"), 60),
    "as_of": (Sentence("日期", "As of"), 10),
}
"""The fields' labels and longest texts."""
USES: Final = {
    "scams": Sentence(
        "图文“常见诈骗类型”从这里选；已经做好的图文不变。",
        "The slide of common scams chooses from it; slides that were made stay.",
    ),
    "tools": Sentence("制作图文时可以填入。", "Filled into slides where wanted."),
    "keywords": Sentence("制作图文时可以填入。", "Filled into slides where wanted."),
}


@pages.get("/settings/lists")
@needs("read")
def lists_page() -> str:
    """The lists in force; the district's administrators edit them here."""
    with core().config.read() as session:
        found = queries.reference_lists(session)
        people = people_names(session)
    return render_template(
        "settings/lists.html",
        lists=[_list(one, people) for one in found],
        labels={key: translate(label) for key, (label, _) in FIELDS.items()},
        longest={key: most for key, (_, most) in FIELDS.items()},
        spare=SPARE_ROWS,
        may_edit=may_change(actor()),
        may_audit=bool(actor().roots("audit.read")),
    )


def _list(found: Mapping[str, Any], people: Mapping[str, str]) -> dict[str, Any]:
    by = found["changed_by"]
    return {
        **found,
        "title": translate(found["title"]),
        "use": translate(USES[found["name"]]),
        "changed_at": iso(found["changed_at"], district_zone()),
        "changed_by": people.get(public("user", by)) if by is not None else None,
    }
