"""Bodies of requests beside the object they name, so that each comes as far as that object.

`{screen_id}` and its like are placeholders for objects of the asking person's street.
"""

from typing import Any, Final

from tests.support.access.street import DAY, LATER

FILE: Final = "a picture as multipart form data"
PART: Final = "a part of a resumable upload"
SHEET: Final = "a workbook"
Body = dict[str, Any] | str

_SELECTOR: Final = {"screen_ids": ["{screen_id}"]}
_SPAN: Final = {"from": DAY, "to": DAY}
_HOURS: Final = {"from": "2026-11-24T08:00:00+08:00", "until": LATER}
_REASON: Final = {"reason": "看不清"}
_SLIDE: Final = {"template": "slogan", "fields": {"lines": ["不轻信 不透露 不转账"]}}
_FRAME: Final = {"width": 96, "height": 64}
_CAMPAIGN: Final = {
    "name": "任务",
    "playlist_id": "{playlist_id}",
    "unit_id": "{unit_id}",
    "starts_on": DAY,
    "ends_on": "2026-12-31",
    "target": {"kind": "plays_per_hour", "value": 12},
    "selector": _SELECTOR,
}
_WORK: Final = {"until": LATER, "reason": "换屏"}

BODIES: Final[dict[str, Body]] = {
    "POST /api/v1/assessment-packs": {"unit_ids": ["{unit_id}"], **_SPAN},
    "POST /api/v1/assets": FILE,
    "PATCH /api/v1/assets/<asset_id>": {"name": "新名"},
    "POST /api/v1/assets/<asset_id>/refit": {"fit": "crop"},
    "POST /api/v1/assets/<asset_id>/reject": _REASON,
    "POST /api/v1/assets/<asset_id>/replace": FILE,
    "POST /api/v1/attestations": {
        "venue_id": "{manual_venue_id}", "days": 1, "plays_per_day": 40, **_SPAN,
    },
    "POST /api/v1/attestations/<attestation_id>/approve": {},
    "POST /api/v1/attestations/<attestation_id>/end": {},
    "POST /api/v1/attestations/<attestation_id>/photos": FILE,
    "POST /api/v1/attestations/<attestation_id>/reject": _REASON,
    "POST /api/v1/campaigns": _CAMPAIGN,
    "PATCH /api/v1/campaigns/<campaign_id>": {
        "name": "新名", "playlist_id": "{playlist_id}", "selector": _SELECTOR,
    },
    "POST /api/v1/campaigns/<campaign_id>/approve": {},
    "POST /api/v1/campaigns/<campaign_id>/boost": {"factor": 2, **_HOURS, **_REASON},
    "POST /api/v1/campaigns/<campaign_id>/led-packs": _FRAME,
    "POST /api/v1/campaigns/<campaign_id>/reject": _REASON,
    "POST /api/v1/campaigns/<campaign_id>/submit": {},
    "POST /api/v1/campaigns/check": _CAMPAIGN,
    "POST /api/v1/campaigns/urgent": {
        "asset_id": "{signed_asset_id}", "selector": _SELECTOR, "every_s": 300, "until": LATER,
        **_REASON,
    },
    "POST /api/v1/enrolment-keys": {
        "unit_id": "{unit_id}", "venue_kind": "bus", "uses": 1, "expires_at": LATER,
    },
    "POST /api/v1/enrolment-keys/<key_id>/cards": {"key": "ane_x", "serials": ["SN-1"]},
    "POST /api/v1/exemptions": {
        "selector": _SELECTOR, "unit_id": "{unit_id}", "code": "power_cut", **_HOURS,
    },
    "POST /api/v1/exemptions/<exemption_id>/approve": {},
    "POST /api/v1/exemptions/<exemption_id>/end": {},
    "POST /api/v1/exemptions/<exemption_id>/reject": _REASON,
    "PATCH /api/v1/incidents/<incident_id>": {"note": "已报修"},
    "POST /api/v1/incidents/<incident_id>/close": {"note": "好了"},
    "POST /api/v1/incidents/<incident_id>/dispatch": {"firm": "彭城电子"},
    "POST /api/v1/lines": {"name": "3 路", "unit_id": "{unit_id}"},
    "PATCH /api/v1/lines/<line_id>": {"name": "3 路"},
    "PUT /api/v1/lines/<line_id>/rosters/<day>": {"vehicles": []},
    "POST /api/v1/lines/import": SHEET,
    "POST /api/v1/lines/import/problems.xlsx": SHEET,
    "POST /api/v1/lines/rosters/import": SHEET,
    "POST /api/v1/maintenance": {"screen_ids": ["{screen_id}"], **_WORK},
    "PATCH /api/v1/me": {"name": "我"},
    "POST /api/v1/me/second-factor": {},
    "POST /api/v1/me/second-factor/confirm": {"code": "000000"},
    "POST /api/v1/me/second-factor/recovery-codes": {"password": "x", "code": "000000"},
    "POST /api/v1/me/second-factor/turn-off": {"password": "x", "code": "000000"},
    "POST /api/v1/notification-targets": {
        "unit_id": "{unit_id}", "name": "群", "kind": "webhook", "url": "http://127.0.0.1:9/",
    },
    "PATCH /api/v1/notification-targets/<notification_target_id>": {"name": "新名"},
    "POST /api/v1/duty-shifts": {
        "unit_id": "{unit_id}", "user_id": "{user_id}", "days": [1],
    },
    "PATCH /api/v1/duty-shifts/<duty_shift_id>": {"days": [2]},
    "POST /api/v1/playlists": {
        "name": "列表", "unit_id": "{unit_id}", "items": [{"asset_id": "{signed_asset_id}"}],
    },
    "PATCH /api/v1/playlists/<playlist_id>": {"items": [{"asset_id": "{signed_asset_id}"}]},
    "POST /api/v1/plays/exports": {"screen_id": "{screen_id}", **_SPAN},
    "POST /api/v1/quarantine/decide": {
        "screen_id": "{screen_id}", "boot": "9f3c2a7be1d04c55", "genuine": False,
    },
    "PUT /api/v1/reference-lists/<list_name>": {
        "items": [{"name": "96110", "text": "接听", "source": "公安部", "as_of": "2026"}],
    },
    "POST /api/v1/report-schedules": {"kind": "weekly", "filters": {"screen_id": "{screen_id}"}},
    "PATCH /api/v1/report-schedules/<report_schedule_id>": {"hour": 9},
    "POST /api/v1/screens": {
        "venue_id": "{venue_id}", "name": "左屏", "width": 1920, "height": 1080,
    },
    "PATCH /api/v1/screens/<screen_id>": {"name": "新名", "venue_id": "{venue_id}"},
    "POST /api/v1/screens/<screen_id>/commands": {"name": "identify"},
    "POST /api/v1/screens/<screen_id>/pause": {"until": LATER, **_REASON},
    "POST /api/v1/screens/<screen_id>/place": {"venue_name": "新点位"},
    "POST /api/v1/screens/<screen_id>/replace": {"serial": "SN-NEW"},
    "POST /api/v1/screens/<screen_id>/retire": {},
    "POST /api/v1/screens/bulk": {"screen_ids": ["{screen_id}"], "action": "pause", **_WORK},
    "POST /api/v1/screens/import": SHEET,
    "POST /api/v1/screens/import/problems.xlsx": SHEET,
    "POST /api/v1/screens/pair": {"user_code": "ABCD2345", "screen_id": "{screen_id}"},
    "POST /api/v1/selectors/count": {"selector": _SELECTOR},
    "PATCH /api/v1/settings": {"coverage": {"day_share": 0.8}},
    "POST /api/v1/slides": {**_SLIDE, "unit_id": "{unit_id}"},
    "POST /api/v1/slides/check": {**_SLIDE, "unit_id": "{unit_id}"},
    "POST /api/v1/slides/preview": {**_SLIDE, "width": 96, "height": 64},
    "POST /api/v1/spot-checks": {"screen_id": "{screen_id}"},
    "POST /api/v1/spot-checks/<spot_check_id>/photo": FILE,
    "POST /api/v1/spot-checks/<spot_check_id>/verdict": {"verdict": "good"},
    "POST /api/v1/spot-checks/draw": {"selector": _SELECTOR, "count": 1},
    "PATCH /api/v1/spot-checks/plan": {"per_day": 3},
    "POST /api/v1/stop": {"selector": _SELECTOR, "mode": "safe"},
    "POST /api/v1/takeovers": {"asset_id": "{signed_asset_id}", "selector": _SELECTOR},
    "POST /api/v1/takeovers/<takeover_id>/approve": {},
    "POST /api/v1/takeovers/<takeover_id>/reject": _REASON,
    "POST /api/v1/tokens": {"name": "脚本"},
    "POST /api/v1/units": {"name": "科室", "parent_id": "{unit_id}"},
    "PATCH /api/v1/units/<unit_id>": {"leader": "李"},
    "PATCH /api/v1/uploads/<upload>": PART,
    "DELETE /api/v1/uploads/<upload>": PART,
    "HEAD /api/v1/uploads/<upload>": PART,
    "POST /api/v1/users": {
        "username": "zhang.wei", "password": "three-plain-words-7", "unit_id": "{unit_id}",
        "roles": [{"role": "viewer", "unit_id": "{unit_id}"}],
    },
    "PATCH /api/v1/users/<user_id>": {
        "name": "张", "roles": [{"role": "viewer", "unit_id": "{unit_id}"}],
    },
    "POST /api/v1/vehicles/import": SHEET,
    "POST /api/v1/vehicles/import/problems.xlsx": SHEET,
    "POST /api/v1/venues": {"name": "网点", "kind": "bus_stop", "unit_id": "{unit_id}"},
    "PATCH /api/v1/venues/<venue_id>": {"contact": {"name": "王", "phone": "13800000000"}},
    "POST /api/v1/venues/<venue_id>/led-packs": _FRAME,
    "POST /api/v1/venues/import": SHEET,
    "POST /api/v1/venues/import/problems.xlsx": SHEET,
}  # fmt: skip


def filled(body: Any, ids: dict[str, str]) -> Any:
    """The body with a street's ids in their places."""
    if isinstance(body, dict):
        return {name: filled(value, ids) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, ids) for value in body]
    return body.format_map(ids) if isinstance(body, str) and body.startswith("{") else body
