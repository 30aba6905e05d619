"""Reporting by hand on pages: defaults, choices by role, and reports waiting for approval."""

import re

import pytest
from flask.testing import FlaskClient

from server.accounts.roles import Role
from tests.support.app.inventory import ALWAYS
from tests.support.app.people import Person, give_role, sign_in, sign_in_again
from tests.support.reporting.coverage import Town, day

WORKDAYS = {str(number): ALWAYS for number in range(1, 6)}


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.partition("<main")[2]


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def filled(page: str) -> dict[str, str]:
    """The fields with their values."""
    fields = re.findall(r'name="(\w+)" type="\w+" value="([^"]*)"', page)
    wanted = {"from", "to", "days", "plays_per_day"}
    return {name: value for name, value in fields if name in wanted}


@pytest.fixture
def person(town: Town) -> Person:
    """The contact of one mall, on day 5 (Sunday)."""
    town.becomes(5)
    made = sign_in(town.world, "venue")
    town.manual("万象商场", contacts=(made.user_id,), hours=WORKDAYS)
    return made


def test_a_contact_comes_at_once_to_the_form_of_his_venue_filled_in(
    town: Town, person: Person
) -> None:
    page = read(person.client, "/attestations/new")

    assert 'name="venue_id" value="v_1"' in page
    assert filled(page) == {
        "from": "2026-11-22",
        "to": day(4),
        "days": "5",
        "plays_per_day": "10",
    }
    assert 'type="file" accept="image/*" capture="environment" data-photos' in page
    assert 'type="file" accept="image/*" multiple data-photos' in page


def test_the_next_time_it_goes_on_where_the_last_one_ended(town: Town, person: Person) -> None:
    assert town.attests(person, "v_1", to=day(1), days=2, plays_per_day=55).status_code == 201

    page = read(person.client, "/attestations/new")

    assert filled(page) == {"from": day(2), "to": day(4), "days": "2", "plays_per_day": "55"}


@pytest.mark.slow
def test_a_rejected_report_is_offered_again(town: Town, person: Person) -> None:
    attestation = town.attests(person, "v_1", to=day(1), days=2).json["id"]
    person.client.delete(f"/api/v1/attestations/{attestation}")

    assert filled(read(person.client, "/attestations/new"))["from"] == "2026-11-22"


def test_a_missing_choice_is_asked_for_with_the_other_missing_fields(
    town: Town, person: Person
) -> None:
    chen = sign_in(town.world, "publicity")
    town.manual("百货大楼")
    town.opens("联网银行", screens=0)
    town.attests(chen, "v_1", to=day(1), days=2)

    page = plain(read(chen.client, "/attestations/new"))

    assert f"万象商场 已填报到 {day(1)}" in page
    assert "百货大楼 还没有填报过" in page
    assert "需要人工上报的点位（2 个）" in page
    assert "联网银行" not in page
    choices = "/api/v1/choices/venues?purpose=attest&q="
    found = chen.client.get(f"{choices}万象").json["items"]
    assert [one["name"] for one in found] == ["万象商场"]
    assert (
        'data-choose="/api/v1/choices/venues?purpose=attest"'
        in chen.client.get("/attestations/new").text
    )


@pytest.mark.slow
def test_without_such_venues_it_shows_the_reason(town: Town) -> None:
    chen = sign_in(town.world, "publicity")

    assert "没有需要人工上报的点位" in read(chen.client, "/attestations/new")
    assert "还没有人工上报" in read(chen.client, "/attestations")


def test_a_venue_with_a_player_has_no_form(town: Town) -> None:
    town.opens("联网银行", screens=0)

    answer = sign_in(town.world, "publicity").client.get("/attestations/new?venue_id=v_1")

    assert answer.status_code == 422
    assert "联网点位由播放记录统计" in answer.text


@pytest.mark.slow
def test_the_list_shows_each_report_and_its_state(town: Town, person: Person) -> None:
    attestation = town.attests(person, "v_1", days=4).json["id"]
    before = plain(read(person.client, "/attestations"))
    town.shows(person, attestation)

    page = read(person.client, "/attestations")

    assert f"万象商场 待审批 缺照片 {day(0)} – {day(4)} 4 40 0" in before
    assert f"万象商场 待审批 {day(0)} – {day(4)} 4 40 1" in plain(page)
    assert "没有符合条件的人工上报" in read(person.client, "/attestations?state=approved")


@pytest.mark.slow
def test_it_waits_on_the_reviewers_overview_once_it_has_a_photo(town: Town, person: Person) -> None:
    lin = sign_in(town.world, "reviewer")
    attestation = town.attests(person, "v_1").json["id"]
    before = read(lin.client, "/")
    town.shows(person, attestation)

    assert "人工上报待审批" not in before
    assert "人工上报待审批：万象商场" in read(lin.client, "/")
    assert "待办 1" in plain(lin.client.get("/").text)
    assert "人工上报待审批" not in read(person.client, "/")


@pytest.mark.slow
def test_the_reviewer_is_offered_a_verdict_and_the_reporter_sees_that_it_waits(
    town: Town, person: Person
) -> None:
    lin = sign_in(town.world, "reviewer")
    attestation = town.attests(person, "v_1").json["id"]
    path = f"/attestations/{attestation}"
    without = lin.client.get(path).text
    town.shows(person, attestation)

    of_lin, of_person = (one.client.get(path).text for one in (lin, person))

    assert f'data-api="POST /api/v1{path}/approve"' not in without
    assert "还没有照片" in without
    assert f'data-api="POST /api/v1{path}/approve"' in of_lin
    assert f'data-api="POST /api/v1{path}/reject"' in of_lin
    assert f'data-api="DELETE /api/v1{path}"' not in of_lin
    assert "approve" not in of_person
    assert "填报人不能审批自己的人工上报" in of_person
    assert f'data-api="DELETE /api/v1{path}"' in of_person
    assert f'data-attest="{attestation}"' in of_person
    assert re.search(rf'<img src="/api/v1{path}/photos/[0-9a-f]{{64}}"', of_lin)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_who_only_reads_is_offered_nothing(town: Town, person: Person, role: Role) -> None:
    attestation = town.approved("v_1")
    reader = sign_in(town.world, role).client

    page = reader.get(f"/attestations/{attestation}").text.partition("<header")[2]
    assert "data-api" not in page
    assert "data-attest" not in page
    assert "/attestations/new" not in reader.get("/attestations").text
    assert reader.get("/attestations/new").status_code == 403


@pytest.mark.slow
def test_the_venues_page_leads_to_it(town: Town, person: Person) -> None:
    page = person.client.get("/venues/v_1").text
    viewer = sign_in(town.world, "viewer").client.get("/venues/v_1").text

    assert "/attestations/new?venue_id=v_1" in page
    assert "/attestations?venue_id=v_1" in viewer
    assert "/attestations/new" not in viewer


def test_the_form_of_a_foreign_venue_is_not_there(town: Town, person: Person) -> None:
    town.manual("别人的")
    sign_in_again(town.world, person)

    assert person.client.get("/attestations/new?venue_id=v_2").status_code == 404
    assert person.client.get("/attestations?venue_id=v_2").status_code == 404


@pytest.mark.slow
def test_it_waits_for_nobody_who_had_a_hand_in_it(town: Town, person: Person) -> None:
    helper = sign_in(town.world, "publicity")
    give_role(town.world, helper, "reviewer")
    attestation = town.attests(person, "v_1").json["id"]
    town.shows(helper, attestation)
    written = town.attests(helper, "v_1").json["id"]
    town.shows(person, written)

    lin = read(sign_in(town.world, "reviewer").client, "/")

    assert "/attestations/" not in read(helper.client, "/")
    assert "没有需要您处理的事项" in helper.client.get("/").text
    assert lin.count('href="/attestations/m_') == 2


@pytest.mark.slow
def test_an_auditor_follows_no_link_into_a_refusal(town: Town, person: Person) -> None:
    attestation = town.approved("v_1")
    auditor = sign_in(town.world, "auditor").client
    paths = ["/attestations", "/attestations?venue_id=v_1", f"/attestations/{attestation}"]

    pages = [read(auditor, path) for path in paths]

    assert "万象商场" in pages[1]
    links = {link for page in pages for link in re.findall(r'href="(/[^"]*)"', page)}
    assert links
    for link in links:
        with auditor.get(link) as answer:
            assert answer.status_code == 200, link
    assert auditor.get("/attestations?venue_id=v_99").status_code == 404
    assert 'href="/venues/v_1"' in read(person.client, f"/attestations/{attestation}")


@pytest.mark.slow
def test_a_photo_added_since_the_page_was_read_is_not_approved_unseen(
    town: Town, person: Person
) -> None:
    attestation = town.attests(person, "v_1").json["id"]
    town.shows(person, attestation)
    lin, path = sign_in(town.world, "reviewer").client, f"/api/v1/attestations/{attestation}"
    tag = lin.get(path).headers["ETag"]
    shown = re.findall(r'data-match="(\w+)"', lin.get(f"/attestations/{attestation}").text)
    town.shows(person, attestation, size=(500, 300))

    refused = [
        lin.post(f"{path}/{act}", json=words, headers={"If-Match": tag})
        for act, words in (("approve", {}), ("reject", {"reason": "不清楚"}))
    ]

    assert shown == [tag.strip('"')] * 2
    assert [one.status_code for one in refused] == [412, 412]
    now = {"If-Match": lin.get(path).headers["ETag"]}
    assert lin.post(f"{path}/approve", json={}, headers=now).status_code == 200
