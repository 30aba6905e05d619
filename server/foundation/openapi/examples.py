"""Example bodies that work on a server with the ids in them (a test sends them)."""

from typing import Any, Final

_BANKS: Final = {"venue_kinds": ["bank"]}
_SLIDE: Final = {"template": "slogan", "fields": {"lines": ["不轻信 不透露 不转账"]}}

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "create_unit": {
        "name": "城关街道",
        "code": "CG",
        "leader": "李主任",
        "contact": "0516-80000000",
    },
    "create_user": {
        "username": "zhang.wei",
        "password": "three-plain-words-7",
        "name": "张伟",
        "roles": ["publicity"],
    },
    "make_token": {"name": "大屏统计脚本", "expires_at": "2027-06-30T00:00:00+08:00"},
    "create_venue": {
        "name": "农商行城关支行",
        "kind": "bank",
        "address": "解放路 1 号",
        "hours": {"1": [["08:00", "18:00"]], "2": [["08:00", "18:00"]]},
        "tags": ["临街"],
    },
    "create_line": {"name": "1 路", "first_service": "06:10", "last_service": "21:40"},
    "create_screen": {"venue_id": "v_1", "name": "大厅左屏", "width": 1920, "height": 1080},
    "create_key": {
        "unit_id": "u_1",
        "venue_kind": "bus",
        "uses": 200,
        "expires_at": "2027-01-31T00:00:00+08:00",
    },
    "replace_box": {"serial": "BUS-0417-B"},
    "place_screen": {"venue_name": "1 路 0417 车"},
    "list_cards": {"key": "ane_from-its-making", "serials": ["BUS-0417"]},
    "refit_asset": {"fit": "crop"},
    "make_slide": _SLIDE,
    "check_fields": {**_SLIDE, "duration_s": 5},
    "preview_slide": {**_SLIDE, "width": 1080, "height": 1920},
    "create_playlist": {"name": "防诈一周", "items": [{"asset_id": "a_1", "duration_s": 15}]},
    "create_campaign": {
        "name": "银行网点防诈宣传",
        "playlist_id": "l_1",
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-31",
        "dayparts": [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "18:00"}],
        "target": {"kind": "plays_per_hour", "value": 12},
        "floor": 4,
        "selector": _BANKS,
    },
    "boost_campaign": {
        "factor": 2,
        "from": "2026-12-07T00:00:00+08:00",
        "until": "2026-12-14T00:00:00+08:00",
        "reason": "集中宣传周",
    },
    "start_takeover": {"asset_id": "a_1", "selector": _BANKS, "label": "停水通知"},
    "pack_campaign": {"width": 384, "height": 64, "pictures": "png"},
    "order_export": {"from": "2026-11-01", "to": "2026-11-30", "form": "csv"},
    "create_schedule": {"kind": "weekly", "hour": 8, "group_by": "unit"},
    "stop": {"selector": _BANKS, "mode": "safe"},
    "set_day": {"kind": "holiday", "name": "本地放假"},
    "pause_screen": {"until": "2026-12-02T18:00:00+08:00", "reason": "检修"},
    "send_command": {"name": "volume", "args": {"level": 40}},
    "ask_for_pack": {"unit_ids": ["u_1"], "from": "2026-11-01", "to": "2026-11-23"},
    "change_list": {
        "items": [
            {
                "name": "96110",
                "text": "反诈预警劝阻专线；接到来电，请立即接听",
                "source": "公安部",
                "as_of": "2026-11",
            }
        ]
    },
    "change_settings": {
        "coverage": {"day_share": 0.8, "venue_share": 0.9},
        "uptime": {"grace_s": {"bank": 120}, "target_pct": 98},
        "alerts": {"raise_minutes": 15, "escalate_district_days": 5},
    },
    "set_roster": {"vehicles": []},
    "create_target": {
        "name": "值班群",
        "kind": "webhook",
        "url": "http://10.0.0.8/robot/send?key=from-your-console",
        "quiet_hours": {"from": "22:00", "until": "06:30"},
    },
    "plan_maintenance": {
        "venue_ids": ["v_1"],
        "until": "2027-01-08T18:00:00+08:00",
        "reason": "更换主板",
    },
    "act_on_screens": {
        "screen_ids": ["s_1"],
        "action": "maintenance",
        "until": "2027-01-08T18:00:00+08:00",
        "reason": "更换电源",
    },
    "sign_in": {"username": "admin", "password": "first password 2026"},
}
