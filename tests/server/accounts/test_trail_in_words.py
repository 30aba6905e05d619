"""The page of the audit trail shows actions in words, not in codes."""

import ast
import re
from pathlib import Path
from typing import get_args, get_type_hints
from zoneinfo import ZoneInfo

import pytest

from server.accounts.audit_log.labels import VALUES, deed, facts, sentence
from server.campaigns.labels import STATES
from server.campaigns.workflow.schemas import ListedStop
from server.gateway.commands.labels import ACTS
from server.monitoring.notifications.channels.registry import WAYS
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.processes.server import ROOT

WRITERS = ("record", "note", "_note", "_record")
ACTION = re.compile(r"^[a-z_]+(\.[a-z_]+)+$")


def verbs_written(path: Path) -> set[tuple[str, str]]:
    """The actions of a module: whole ones, and a thing's verbs where its name is separate."""
    text = path.read_text(encoding="utf-8")
    if not any(f"{name}(" in text for name in WRITERS):
        return set()
    tree = ast.parse(text)
    things = {
        part.value.removesuffix(".")
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values[:1]
        if isinstance(part, ast.Constant) and re.fullmatch(r"[a-z_]+\.", str(part.value))
    }
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        for given in node.args if name in WRITERS else ():
            if not (isinstance(given, ast.Constant) and isinstance(given.value, str)):
                continue
            if ACTION.match(given.value):
                found.add((str(path.relative_to(ROOT)), given.value))
            elif len(things) == 1 and re.fullmatch(r"[a-z_]+", given.value):
                found.add((str(path.relative_to(ROOT)), f"{next(iter(things))}.{given.value}"))
    return found


@pytest.mark.slow
def test_every_action_that_is_written_has_words() -> None:
    paths = sorted(ROOT.glob("server/**/*.py"))
    written = {one for path in paths for one in verbs_written(path)}

    assert len(written) > 60
    assert sorted((at, action) for at, action in written if deed(action).zh == action) == []


def test_the_page_shows_actions_in_the_persons_language(world: World) -> None:
    admin = sign_in(world, "admin", username="zhang")
    admin.client.post("/api/v1/units", json={"name": "城关街道"})

    chinese = admin.client.get("/settings/audit?lang=zh").text
    english = admin.client.get("/settings/audit?lang=en").text

    assert "（zhang） 新建了责任单位“" in chinese
    assert "<td>unit.create" not in chinese
    assert "made unit" in english


def test_facts_are_shown_in_readable_form() -> None:
    detail = {"reason": "停电", "two_person": True, "until": 1795514400000, "note": None}
    zone = ZoneInfo("Asia/Shanghai")

    detail |= {
        "rings": [1, 10],
        "mode": "unheard_of",
    }  # codes are left to the entry as it was written
    assert facts(detail, "zh", zone) == "原因：停电，两人审批：是，至：2026-11-24 18:00"
    assert facts(detail, "en", zone) == "reason: 停电, two persons: yes, until: 2026-11-24 18:00"


@pytest.mark.parametrize(
    ("action", "zh"),
    [
        ("campaign.approve", "批准宣传任务"),
        ("stop.lift", "解除停播"),
        ("screens.bulk", "批量操作显示屏"),
        ("incident.dispatch", "故障派单"),
        ("release.start", "发布播放终端版本"),
        ("attestation.submit", "提交人工上报"),
        ("spot_check.plan", "修改抽查计划"),
        ("screen.code.revoke", "吊销现场码"),
        ("nobody.knows", "nobody.knows"),
    ],
)
def test_a_deed_in_chinese(action: str, zh: str) -> None:
    assert deed(action).zh == zh


def test_codes_are_shown_in_words() -> None:
    detail = {"act": "reload", "mode": "safe", "was": "live"}
    zone = ZoneInfo("Asia/Shanghai")

    assert facts(detail, "zh", zone) == "操作：重新加载，方式：安全画面，原状态：播放中"


def test_codes_are_called_as_on_their_own_pages() -> None:
    """The trail is below the features and can't import their words."""
    pages = {
        "act": {code: text.zh for code, text in ACTS.items()},
        "was": {code: text.zh for code, (text, _) in STATES.items() if code != "rejected"},
    }

    for key, words in pages.items():
        assert {code: text.zh for code, text in VALUES[key].items()} == words
    assert VALUES["kind"].keys() == WAYS.keys()
    for code, way in WAYS.items():
        assert way.zh.startswith(VALUES["kind"][code].zh)
    assert VALUES["mode"].keys() == set(get_args(get_type_hints(ListedStop)["mode"]))


def test_ids_among_the_facts_are_shown_by_name_and_written_text_stays() -> None:
    detail = {"unit": "u_2", "venue": "v_3", "reason": "同 u_2"}

    shown = facts(detail, "zh", ZoneInfo("Asia/Shanghai"), {"u_2": "城关街道"})

    assert shown == "单位：城关街道，点位：v_3，原因：同 u_2"


def test_of_many_screens_some_are_named_and_all_are_counted() -> None:
    zone, names = ZoneInfo("Asia/Shanghai"), {"s_1": "大厅", "s_2": "前台"}

    few = facts({"screens": ["s_1", "s_2"]}, "zh", zone, names)
    many = {"screens": [f"s_{number}" for number in range(1, 15)]}

    assert few == "显示屏：大厅、前台"
    assert facts(many, "zh", zone, names) == "显示屏：大厅、前台、s_3、s_4、s_5 等 14 块"
    assert facts(many, "en", zone, names) == "screens: 大厅, 前台, s_3, s_4, s_5 and 9 more"
    assert facts({"screens": 14}, "zh", zone, names) == "显示屏：14 块"
    assert facts({"screens": 14}, "en", zone, names) == "screens: 14"


def test_days_of_the_week_are_named_and_ranges_have_both_ends() -> None:
    zone = ZoneInfo("Asia/Shanghai")

    assert facts({"days": [6, 7]}, "zh", zone) == "星期：周六、周日"
    assert facts({"days": [6, 7]}, "en", zone) == "weekdays: Sat, Sun"
    assert facts({"days": 3}, "zh", zone) == "天数：3"
    detail = {"from": "2026-11-23", "to": "2026-11-24"}
    assert facts(detail, "zh", zone) == "从：2026-11-23，至：2026-11-24"
    assert facts({"address": "10.0.0.9"}, "zh", zone) == "登录地址：10.0.0.9"


@pytest.mark.parametrize(
    ("action", "who", "zh", "en"),
    [
        ("asset.approve", "林国栋", "林国栋 批准了素材“X”", "林国栋 approved media “X”"),
        ("user.password", "王", "王 修改密码：账号“X”", "王 changed the password of account “X”"),
        ("asset.expire", "", "素材“X”到期", "The system expired: media “X”"),
        ("stop.lift", "林国栋", "林国栋 解除停播：“X”", "林国栋 lifted a stop “X”"),
        ("nobody.knows", "", "系统 nobody.knows：“X”", "The system nobody.knows “X”"),
    ],
)
def test_an_entry_is_a_sentence(action: str, who: str, zh: str, en: str) -> None:
    for language, words in (("zh", zh), ("en", en)):
        lead, tail = sentence(action, who, language)
        assert f"{lead}X{tail}" == words
