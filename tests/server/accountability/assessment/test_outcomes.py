"""Cases, loss and awareness are entered by hand beside the plays, and frozen with their source."""

from typing import Any

import pytest

from server.accountability.assessment.files.verify import verify
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.reporting.assessment import PATH, fetched, sheet_of, text_of
from tests.support.reporting.coverage import Town, day

pytestmark = pytest.mark.slow

CASES = {
    "unit_id": "u_1", "kind": "cases", "value": 12, "source": "区公安分局", "date": "2026-11-20",
}  # fmt: skip
LOSS = {**CASES, "kind": "loss", "value": 36.5}
AWARENESS = {**CASES, "kind": "awareness", "value": 87.5, "source": "第三方调查"}


@pytest.fixture(autouse=True)
def bank(town: Town) -> None:
    """A branch with five days of plays."""
    found = town.opens("支行")[0]
    town.becomes(5)
    town.plays(found, *[5] * 5)


def ask(town: Town, outcomes: list[dict[str, Any]], *units: str) -> Any:
    person = sign_in(town.world, "publicity")
    body = {
        "unit_ids": list(units or ("u_1",)), "from": day(0), "to": day(4), "outcomes": outcomes,
    }  # fmt: skip
    answer = person.client.post(PATH, json=body)
    if answer.status_code != 201:
        return answer.json
    run_jobs(town.world.core)
    return {"person": person, "pack": person.client.get(f"{PATH}/{answer.json['id']}").json}


def test_they_are_shown_on_sheet_paper_and_page_with_source_and_date(town: Town) -> None:
    made = ask(town, [CASES, LOSS, AWARENESS])
    pack, person = made["pack"], made["person"]
    assert [(one["kind"], one["value"]) for one in pack["by_unit"][0]["outcomes"]] == [
        ("cases", 12), ("loss", 36.5), ("awareness", 87.5),
    ]  # fmt: skip

    sheet = sheet_of(fetched(person, pack, "files/u_1.xlsx"))
    cells = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value]
    words = (
        "发案数 12 起（来源：区公安分局，2026-11-20）；损失金额 36.5 万元（来源：区公安分局，"
        "2026-11-20）；知晓率 87.5 %（来源：第三方调查，2026-11-20）；由人工填写，不由本系统统计"
    )
    assert words in cells
    paper = "".join(text_of(fetched(person, pack, "files/u_1.pdf")))
    assert words.replace(" ", "") in paper.replace(" ", "")
    page = person.client.get(f"/assessment-packs/{pack['id']}?lang=zh").text
    assert "<td>知晓率</td>" in page
    assert "87.5 %" in page


def test_they_are_among_what_is_signed(town: Town) -> None:
    made = ask(town, [CASES])
    manifest = made["person"].client.get(f"{PATH}/{made['pack']['id']}/manifest.json").json

    assert manifest["figures"]["units"][0]["outcomes"] == [
        {"kind": "cases", "value": 12, "source": "区公安分局", "date": "2026-11-20"}
    ]
    files = fetched(made["person"], made["pack"], "files.zip")
    assert verify([("pack.zip", files)]).findings == ()


def test_a_pack_without_any_does_not_mention_them(town: Town) -> None:
    made = ask(town, [])

    assert made["pack"]["by_unit"][0]["outcomes"] == []
    manifest = made["person"].client.get(f"{PATH}/{made['pack']['id']}/manifest.json").json
    assert "outcomes" not in manifest["figures"]["units"][0]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"unit_id": "u_999"}, "/outcomes/1/unit_id"),
        ({"kind": "cases"}, "/outcomes/1/kind"),
        ({"value": 101}, "/outcomes/1/value"),
        ({"kind": "cases", "unit_id": "u_1", "value": 1.5}, "/outcomes/1/kind"),
        ({"value": -1}, "/outcomes/1/value"),
        ({"date": "2027-01-01"}, "/outcomes/1/date"),
        ({"source": ""}, "/outcomes/1/source"),
    ],
)
def test_a_wrong_figure_is_refused_beside_its_field(
    town: Town, changes: dict[str, Any], pointer: str
) -> None:
    refused = ask(town, [CASES, {**AWARENESS, **changes}])

    assert refused["errors"][0]["pointer"] == pointer


def test_the_form_asks_for_them(town: Town) -> None:
    page = sign_in(town.world, "publicity").client.get("/assessment-packs/new?lang=zh").text

    for words in ("成效指标（可不填）", "发案数", "损失金额", "知晓率", "数值（万元）"):
        assert words in page, words
