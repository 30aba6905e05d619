"""`/search`: screens, venues, lines, units, people, media, campaigns and pages by their names."""

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from server.accounts.guards import actor, signed_in
from server.foundation.db.search_terms import LONGEST
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.responses import answers
from server.web.search import schemas
from server.web.search.labels import GROUPS, in_words
from server.web.search.service import Group, search

bp = APIBlueprint("search", __name__, url_prefix="/api/v1", tag="Search 搜索")


class Query(BaseModel):
    """The words (all must be found; an id such as `s_9` too), and how many of each kind at most."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    q: str = Field("", max_length=LONGEST)
    limit: int = Field(5, ge=1, le=50)


@bp.get("/search")
@signed_in
@bp.input(Query, location="query")
@answers(schemas.SearchAnswer)
def find_everywhere(query_data: Query) -> dict[str, Any]:
    """Objects that match these words, by kind, within the person's scope."""
    return {"q": query_data.q, "groups": groups_of(query_data.q, query_data.limit)}


def groups_of(text: str, limit: int) -> list[dict[str, Any]]:
    """The search results of the person of this request, in his language."""
    return [_group(one) for one in search(core(), actor(), text, limit, language())]


def _group(group: Group) -> dict[str, Any]:
    return {
        "kind": group.kind,
        "title": GROUPS[group.kind].in_language(language()),
        "items": [
            {
                "id": hit.id,
                "kind": hit.kind,
                "title": in_words(hit.title, language()),
                "note": " · ".join(in_words(note, language()) for note in hit.notes),
                "href": hit.href,
            }
            for hit in group.hits
        ],
        "more": group.more,
    }
