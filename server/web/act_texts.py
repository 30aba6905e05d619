"""What each act of the API has done, in words, by its endpoint (server/web/act_notices.py)."""

from typing import Final, NamedTuple

from server.foundation.i18n import Sentence


class Notice(NamedTuple):
    """The completed action (the object's name is appended to it) and the next step.

    `href` is the object's page; `undo` is the method and path of the API call that reverts it. In
    both, `{id}` is the response's, other names are parameters of the route. `undo_if` is the field
    of the response that must be set for `undo` to be offered.
    """

    done: Sentence
    next: Sentence | None = None
    href: str = ""
    undo: tuple[str, str] | None = None
    undo_if: str = ""


def _did(zh: str, en: str, href: str = "", undo: tuple[str, str] | None = None) -> Notice:
    return Notice(Sentence(zh, en), None, href, undo)


_SAVED: Final = Sentence("已保存", "Saved")
_DELETED: Final = Sentence("已删除", "Deleted")
_BINNED: Final = Sentence("已移入回收站，30 天内可恢复", "In the recycle bin for 30 days")
_REVIEWED: Final = Sentence("等待另一人审批", "Another person has to sign it off")

NOTICES: Final[dict[str, Notice]] = {
    # campaigns
    "campaigns.create_campaign": Notice(
        Sentence("已保存草稿", "Saved as a draft"),
        Sentence("核对后送审", "Check it and send it for sign-off"),
        "/campaigns/{id}",
    ),
    "campaigns.change_campaign": Notice(_SAVED, None, "/campaigns/{campaign_id}"),
    "campaigns.submit_campaign": Notice(
        Sentence("已送审", "Sent for sign-off"), _REVIEWED, "/campaigns/{campaign_id}"
    ),
    "campaigns.start_urgent": Notice(
        Sentence("已送审", "Sent for sign-off"), _REVIEWED, "/approve/{id}"
    ),
    "campaigns.publish_starter": Notice(
        Sentence("起步素材已送审", "The starter pack is sent for sign-off"),
        _REVIEWED,
        "/campaigns/{id}",
    ),
    "campaigns.approve_campaign": Notice(
        Sentence("已批准", "Approved"),
        Sentence("几分钟内下发到屏幕", "It reaches the screens within minutes"),
        "/campaigns/{campaign_id}",
    ),
    "campaigns.reject_campaign": Notice(
        Sentence("已退回", "Rejected"), Sentence("发起人可修改后再送审", "Its author can change it")
    ),
    "campaigns.revise_campaign": _did("已开始修订", "A revision has begun"),
    "campaigns.copy_campaign": _did("已复制为草稿", "Copied as a draft", "/campaigns/{id}"),
    "campaigns.boost_campaign": _did("已加播", "Boosted"),
    "campaigns.withdraw_campaign": Notice(
        Sentence("已撤下", "Withdrawn"),
        Sentence("在线屏幕 10 秒内停播", "Online screens stop within ten seconds"),
    ),
    "campaigns.delete_campaign": Notice(_BINNED),
    "campaigns.delete_revision": _did("已放弃修订", "The revision is thrown away"),
    "playlists.create_playlist": Notice(_SAVED, None, "/playlists/{id}"),
    "playlists.change_playlist": Notice(_SAVED, None, "/playlists/{playlist_id}"),
    "playlists.delete_playlist": Notice(_BINNED),
    "recycle_bin.restore_item": _did("已恢复", "Restored"),
    # media
    "slides.make_slide": _did("图文已保存", "The slide is saved", "/media/{id}"),
    "slides.submit_pack": Notice(
        Sentence("起步素材已送审", "The starter media are sent"), _REVIEWED
    ),
    "library.change_asset": Notice(_SAVED),
    "library.delete_asset": Notice(_BINNED),
    "library.submit_asset": Notice(
        Sentence("已送审", "Sent for sign-off"), _REVIEWED, "/media/{asset_id}"
    ),
    "library.approve_asset": _did("已批准", "Approved"),
    "library.reject_asset": _did("已退回", "Rejected"),
    "library.withdraw_asset": Notice(
        Sentence("已撤下", "Withdrawn"),
        Sentence("在线屏幕 10 秒内停播", "Online screens stop within ten seconds"),
    ),
    "library.refit_asset": _did("已另存一份，正在处理", "A copy is being made", "/media/{id}"),
    "library.retry_asset": _did("正在重新处理", "It is being processed again"),
    "library.replace_asset": _did("新版本已收到，正在处理", "The new version is being processed"),
    # emergencies
    "takeovers.start_takeover": Notice(
        Sentence("已提交审批", "Asked for"),
        Sentence("另一人批准后立即上屏", "It is on screens once another person approves"),
        "/takeovers/{id}",
    ),
    "takeovers.approve_takeover": Notice(
        Sentence("已批准，正在上屏", "Approved, on its way"), None, "/takeovers/{takeover_id}"
    ),
    "takeovers.reject_takeover": _did("已退回，没有播出", "Rejected, nothing was shown"),
    "takeovers.end_takeover": _did(
        "已结束，屏幕恢复原节目", "Ended: screens go back to their plan"
    ),
    "stops.stop": _did("已停播，正在等屏幕确认", "Stopped, screens are confirming", "/stop/{id}"),
    "stops.lift_stop": _did("已恢复播放", "Lifted: screens play on"),
    # screens
    "screens.pair_screen": _did("已绑定", "Paired", "/screens/{id}"),
    "screens.create_screen": _did("已建档", "Recorded", "/screens/{id}"),
    "screens.change_screen": Notice(_SAVED),
    "screens.delete_screen": Notice(_DELETED),
    "screens.pause_screen": _did(
        "已暂停播放", "Paused", undo=("DELETE", "/api/v1/screens/{screen_id}/pause")
    ),
    "screens.resume_screen": _did("已恢复播放", "Playing again"),
    "screens.retire_screen": _did("已停用，历史记录保留", "Retired; its history stays"),
    "screens.revoke_screen": _did("已吊销，须重新绑定", "Revoked: it has to be paired anew"),
    "screens_bulk.act_on_screens": Notice(
        Sentence("已执行", "Done"),
        None,
        "/screens/bulk/{id}",
        ("POST", "/api/v1/screens/bulk/{id}/undo"),
        "undo_until",
    ),
    "screens_bulk.undo_bulk": _did("已撤销批量操作", "Taken back"),
    "screens_live.rule_out": _did("已认定", "Decided"),
    "screen_boxes.place_screen": _did("已归到点位", "Placed", "/screens/{id}"),
    "screen_boxes.replace_box": _did("等待新终端接入", "Waiting for the new box"),
    "screen_boxes.settle_refusals": _did("已处理", "Settled"),
    "onsite.replace_page_code": _did("已更换现场码，请重新张贴", "Replaced: put up the new code"),
    "onsite.revoke_page_code": _did("已吊销现场码", "The code is revoked"),
    "enrolment_keys.revoke_key": _did("已吊销接入码", "The key is revoked"),
    # venues and lines
    "venues.create_venue": Notice(_SAVED, None, "/venues/{id}"),
    "venues.change_venue": Notice(_SAVED, None, "/venues/{venue_id}"),
    "venues.delete_venue": Notice(_DELETED),
    "venues.create_line": _did(
        "已新建线路", "The line is made", "/lines/{id}", ("DELETE", "/api/v1/lines/{id}")
    ),
    "venues.change_line": Notice(_SAVED),
    "venues.delete_line": Notice(_BINNED),
    "uptime.set_roster": _did("排班已保存", "The roster is saved"),
    "uptime.drop_roster": _did("已取消排班，按首末班运行", "Service hours hold again"),
    "uptime.plan_maintenance": _did(
        "已登记检修",
        "Maintenance is planned",
        "/uptime/maintenance/{id}",
        ("DELETE", "/api/v1/maintenance/{id}"),
    ),
    "uptime.end_maintenance": _did("已结束或取消检修", "Maintenance is over"),
    # incidents, exemptions and attestations
    "incidents.acknowledge_incident": _did("已接手", "It is yours"),
    "incidents.change_incident": Notice(_SAVED),
    "incidents.close_incident": _did("已关闭", "Closed"),
    "incidents.dispatch_incident": _did("已派单", "Dispatched"),
    "exemptions.ask_for_exemption": Notice(
        Sentence("已送审", "Sent for sign-off"), _REVIEWED, "/settings/exemptions/{id}"
    ),
    "exemptions.approve_exemption": _did("已批准", "Approved"),
    "exemptions.reject_exemption": _did("已退回", "Rejected"),
    "exemptions.end_exemption": _did("已提前结束", "Ended early"),
    "exemptions.withdraw_exemption": _did("已撤回", "Taken back"),
    "attestations.approve_attestation": _did("已批准，计入台账", "Approved and counted"),
    "attestations.reject_attestation": _did("已退回", "Rejected"),
    "attestations.end_attestation": _did("已保存", "Saved"),
    "attestations.withdraw_attestation": _did("已撤回", "Taken back"),
    "quarantine.decide": _did("已认定，正在重新核验", "Decided: plays are judged again"),
    "spot_checks.ask_for_spot_check": _did("已发起抽查", "Asked for", "/spot-checks/{id}"),
    "spot_checks.draw_spot_checks": _did("已随机抽出", "Drawn"),
    "spot_checks.change_spot_check_plan": Notice(_SAVED),
    # files and reports
    "exports.order_export": _did("正在导出，可以离开本页", "On its way: you may leave this page"),
    "exports.delete_export": Notice(_DELETED),
    "led_packs.pack_campaign": _did(
        "正在打包，可以离开本页", "On its way: you may leave this page"
    ),
    "led_packs.pack_venue": _did("正在打包，可以离开本页", "On its way: you may leave this page"),
    "led_packs.delete_led_pack": Notice(_DELETED),
    "packs.ask_for_pack": _did("正在生成，可以离开本页", "On its way: you may leave this page"),
    "packs.retry_pack": _did("正在重新生成", "On its way again"),
    "schedules.create_schedule": _did("已新建定时报表", "The schedule is made"),
    "schedules.change_schedule": Notice(_SAVED),
    "schedules.delete_schedule": Notice(_DELETED),
    "schedules.retry_report_file": _did("正在重新生成", "On its way again"),
    # settings
    "accounts.change_profile": Notice(_SAVED),
    "accounts.delete_token": Notice(_DELETED),
    "calendar.set_day": Notice(_SAVED),
    "calendar.reset_day": _did("已恢复国家安排", "The national calendar holds again"),
    "reference_lists.change_list": Notice(_SAVED),
    "reference_lists.reset_list": _did("已恢复预置内容", "The delivered list is in force again"),
    "district.change_settings": _did("设置已保存", "Settings are saved"),
    "duty.create_shift": Notice(_SAVED),
    "duty.change_shift": Notice(_SAVED),
    "duty.delete_shift": Notice(_DELETED),
    "notifications.create_target": Notice(_SAVED),
    "notifications.change_target": Notice(_SAVED),
    "notifications.delete_target": Notice(_DELETED),
    "player_releases.start_release": _did("已开始更新", "The roll-out has begun"),
    "player_releases.halt_release": _did("已暂停更新", "The roll-out is halted"),
    "player_releases.resume_release": _did("已继续更新", "The roll-out goes on"),
    "player_releases.retry_release": _did("已重试", "Tried again"),
    "player_releases.roll_back_release": _did("正在退回上一版本", "Going back to the last release"),
    "second_factor.turn_off_second_factor": _did("两步验证已关闭", "Two-step sign-in is off"),
    "second_factor.reset_second_factor": _did("已重置两步验证", "Two-step sign-in is reset"),
    "units.create_unit": Notice(_SAVED),
    "units.change_unit": Notice(_SAVED),
    "units.delete_unit": Notice(_DELETED),
    "users.create_user": _did("已新建人员", "The person is added"),
    "users.change_user": Notice(_SAVED),
    "users.delete_user": Notice(_DELETED),
}

SILENT: Final[dict[str, str]] = {
    "accounts.make_token": "shown once on the page",
    "accounts.sign_in": "leads to the next page",
    "accounts.sign_in_by_code": "leads to the next page",
    "accounts.sign_out": "leads to the sign-in page",
    "attestations.add_photo": "part of a report, which is said",
    "attestations.submit_attestation": "the page says it in its own words",
    "enrolment_keys.create_key": "shown once on the page",
    "enrolment_keys.list_cards": "makes a sheet on the page",
    "imports.import_lines": "the page shows what was imported",
    "imports.import_screens": "the page shows what was imported",
    "imports.import_vehicles": "the page shows what was imported",
    "imports.import_venues": "the page shows what was imported",
    "imports.mark_line_problems": "a file",
    "imports.mark_screen_problems": "a file",
    "imports.mark_vehicle_problems": "a file",
    "imports.mark_venue_problems": "a file",
    "library.upload_asset": "the list of uploads shows it",
    "notifications.try_target": "the page shows the outcome",
    "roster_import.import_roster_table": "the page shows what was imported",
    "screen_commands.send_command": "the page shows the outcome",
    "second_factor.begin_second_factor": "the page shows the code",
    "second_factor.confirm_second_factor": "the page shows the recovery codes",
    "second_factor.renew_recovery_codes": "the page shows them",
    "spot_checks.judge_spot_check": "the page goes on to the next picture",
    "spot_checks.upload_spot_photo": "the page shows the photo",
    "uploads.append_to_upload": "the list of uploads shows it",
    "uploads.begin_upload": "the list of uploads shows it",
    "uploads.forget_upload": "the list of uploads shows it",
}
"""Acts without words at the foot, and what answers them instead."""
