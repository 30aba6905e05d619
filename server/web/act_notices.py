"""Adds a notice of the completed action to the API's responses to pages, as a header.

The texts are kept by endpoint, so that forms and scripts need none of their own; a test compares
the table with the routes. Programs that call the API with a token get no notice.
"""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from flask import Response, g, request

from server.accounts.recycle_bin.service import BIN
from server.foundation.rest.problems import language
from server.web.act_texts import NOTICES, Notice
from server.web.reviewers import waits_for

HEADER: Final = "Anping-Notice"
NAMES: Final = ("name", "label", "title", "username")
SENT: Final = frozenset(
    {
        "campaigns.submit_campaign",
        "campaigns.publish_starter",
        "campaigns.start_urgent",
        "takeovers.start_takeover",
    }
)
"""Endpoints whose notice names the people who can sign off."""
MOST_BYTES: Final = 65_536


def add_notice(response: Response) -> Response:
    """The response, with the header `Anping-Notice` if the action succeeded for a page."""
    notice = NOTICES.get(request.endpoint or "")
    if notice is None or response.status_code >= 300 or not g.get("csrf_token"):
        return response
    document = _document(response)
    if request.endpoint in SENT and document.get("id"):
        notice = notice._replace(next=waits_for(str(document["id"])) or notice.next)
    shown: dict[str, Any] = {"text": text_of(notice, document, language())}
    if notice.href and (found := _filled(notice.href, document)):
        shown["href"] = found
    if (undo := _undo(notice, document, response.headers.get(BIN))) is not None:
        shown["undo"] = undo
    response.headers[HEADER] = quote(json.dumps(shown, ensure_ascii=False))
    return response


def text_of(notice: Notice, document: Mapping[str, Any], tongue: str) -> str:
    """The notice in one language: the action, the object's name, the next step if any."""
    name = next((str(document[one]) for one in NAMES if document.get(one)), "")
    colon, stop = (": ", ". ") if tongue == "en" else ("：", "，")
    done = notice.done.in_language(tongue) + (f"{colon}{name}" if name else "")
    if notice.next is None:
        return done
    return done + stop + notice.next.in_language(tongue)


def _document(response: Response) -> Mapping[str, Any]:
    if not response.is_json or (response.content_length or 0) > MOST_BYTES:
        return {}
    found = response.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def _filled(path: str, document: Mapping[str, Any]) -> str:
    """A path with the answer's id or the address's own; empty where neither has it."""
    names = {**(request.view_args or {}), **({"id": document["id"]} if "id" in document else {})}
    try:
        return path.format(**names)
    except KeyError:
        return ""


def _undo(notice: Notice, document: Mapping[str, Any], binned: str | None) -> dict[str, Any] | None:
    """The API call that reverts it: restore from the bin after a deletion, else the notice's."""
    if binned is not None:
        return {"method": "POST", "path": f"/api/v1/bin/{binned}/restore"}
    if notice.undo is None:
        return None
    if notice.undo_if and not document.get(notice.undo_if):
        return None
    method, path = notice.undo
    return {"method": method, "path": _filled(path, document)}
