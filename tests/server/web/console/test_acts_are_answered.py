"""Anyone who does something from a page is notified of what was done and what is next."""

import json
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server.web.act_notices import HEADER
from server.web.act_texts import NOTICES, SILENT
from tests.support.app.campaigns import Office, bank, call, draft, open_office
from tests.support.app.inventory import root_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow
SAFE = {"GET", "HEAD", "OPTIONS"}
OTHERS = {"open", "screen_only"}


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def notice(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unquote(answer.headers[HEADER]))
    return found


def acts(app: Flask) -> set[str]:
    """Endpoints of the API by which people change something."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        for view in [app.view_functions[rule.endpoint]]
        if rule.rule.startswith("/api/v1/")
        and set(rule.methods or ()) - SAFE
        and getattr(view, "guard", "open") not in OTHERS
        and not vars(view).get("changes_nothing")
    }


def test_each_act_has_its_words_or_a_reason_why_it_needs_none(world: World) -> None:
    found = acts(world.app)

    assert sorted(found - set(NOTICES) - set(SILENT)) == []
    assert sorted(set(NOTICES) - found) == []
    assert set(NOTICES) & set(SILENT) == set()


def test_it_shows_what_to_what_and_what_is_next(office: Office) -> None:
    bank(office.world)
    campaign_id = draft(office)

    notice_shown = notice(call(office.author, "POST", f"/campaigns/{campaign_id}/submit"))

    assert notice_shown["text"] == "已送审：年末防骗宣传，等待reviewer2审批"
    assert notice_shown["href"] == f"/campaigns/{campaign_id}"


def test_what_nobody_can_sign_off_yet_waits_for_another_person(world: World) -> None:
    author = sign_in(world, "publicity", over=root_unit(world))
    made = call(author, "POST", "/slides", template="slogan", fields={"lines": ["不转账"]}).json

    notice_shown = notice(call(author, "POST", f"/assets/{made['id']}/submit"))

    assert notice_shown["text"].endswith("，等待另一人审批")


def test_it_is_shown_in_the_language_of_the_page(office: Office) -> None:
    english = {"Accept-Language": "en"}
    body = {"name": "December", "items": []}

    answer = office.author.client.post("/api/v1/playlists", json=body, headers=english)

    assert notice(answer)["text"] == "Saved: December"


def test_what_can_be_taken_back_shows_how(office: Office) -> None:
    screen = bank(office.world)
    path = f"/screens/s_{screen.id}/pause"

    body = {"reason": "装修", "until": "2026-11-24T12:00:00+08:00"}
    notice_shown = notice(call(office.author, "POST", path, **body))

    assert notice_shown["undo"] == {"method": "DELETE", "path": f"/api/v1{path}"}
    assert call(office.author, "DELETE", path).status_code < 300


def test_an_act_that_is_refused_does_not_report_that_it_was_done(office: Office) -> None:
    refused = call(office.author, "POST", "/campaigns/k_999/submit")

    assert refused.status_code == 404
    assert HEADER not in refused.headers


def test_a_program_is_notified_by_the_answer_alone(office: Office) -> None:
    token = call(office.author, "POST", "/tokens", name="脚本").json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    body = {"name": "十二月", "items": []}

    answer = office.world.visitor().post("/api/v1/playlists", json=body, headers=headers)

    assert (answer.status_code, HEADER in answer.headers) == (201, False)
