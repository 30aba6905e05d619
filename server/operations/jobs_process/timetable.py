"""The functions of all kinds of jobs, and the timetable of recurring ones.

To add one: a function in the feature's `tasks.py`, a line in KINDS, and for a recurring one a line
in LINES (times of the district). A test finds kinds that are never run.
"""

from typing import Final

from server.accountability.assessment.tasks import give_up_pack, make_pack
from server.accounts.idempotency.tasks import forget_answers
from server.accounts.recycle_bin.tasks import empty_bin
from server.campaigns.workflow.tasks import advance_campaigns
from server.content.assets.tasks import (
    clear_arrivals,
    draw_renditions,
    expire_assets,
    forget_file,
    give_up_asset,
    give_up_renditions,
    make_renditions,
    make_starter,
    process_asset,
    write_scams,
)
from server.foundation.jobs.kinds import Kind, Kinds
from server.foundation.jobs.recurring import Daily, Every, EveryFew, Hourly, Periodic
from server.foundation.jobs.tasks import forget_jobs
from server.gateway.tasks import forget_commands
from server.monitoring.availability.tasks import keep_uptime, sweep_uptime
from server.monitoring.notifications.tasks import (
    forget_messages,
    send_message,
    verify_plays,
    verify_trail,
)
from server.monitoring.response.tasks import forget_incidents, watch_incidents
from server.playlog.tasks import keep_plays, seal_plays, tie_plays, verify_rollups
from server.publishing.led_packages.tasks import clear_led_packs, give_up_led_pack, make_led_pack
from server.publishing.tasks import (
    extend_plans,
    forget_loops,
    plan_renditions,
    rebuild_loops,
    sweep_files,
)
from server.reporting.control.tasks import pace_totals, watch_floors
from server.reporting.raw_log.tasks import clear_exports, give_up_export, make_export
from server.reporting.spot_checks.tasks import forget_spot_pictures, measure_spot_checks
from server.reporting.subscriptions.tasks import (
    forget_report_files,
    give_up_report,
    make_report,
    order_reports,
)

KINDS: Final[Kinds] = {
    "forget_jobs": Kind(forget_jobs),
    "forget_answers": Kind(forget_answers),
    "empty_bin": Kind(empty_bin),
    "process_asset": Kind(process_asset, heavy=True, give_up=give_up_asset),
    "plan_renditions": Kind(plan_renditions),
    "draw_renditions": Kind(draw_renditions, give_up=give_up_renditions),
    "make_renditions": Kind(make_renditions, heavy=True, waits=True, give_up=give_up_renditions),
    "make_starter": Kind(make_starter, heavy=True),
    "forget_file": Kind(forget_file),
    "expire_assets": Kind(expire_assets),
    "clear_arrivals": Kind(clear_arrivals),
    "advance_campaigns": Kind(advance_campaigns),
    "rebuild_loops": Kind(rebuild_loops),
    "extend_plans": Kind(extend_plans),
    "forget_loops": Kind(forget_loops),
    "sweep_files": Kind(sweep_files, heavy=True, waits=True),
    "forget_commands": Kind(forget_commands),
    "measure_spot_checks": Kind(measure_spot_checks),
    "forget_spot_pictures": Kind(forget_spot_pictures),
    "write_scams": Kind(write_scams),
    "keep_plays": Kind(keep_plays),
    "seal_plays": Kind(seal_plays),
    "tie_plays": Kind(tie_plays),
    "verify_rollups": Kind(verify_rollups),
    "pace_totals": Kind(pace_totals),
    "keep_uptime": Kind(keep_uptime),
    "sweep_uptime": Kind(sweep_uptime),
    "make_export": Kind(make_export, heavy=True, give_up=give_up_export),
    "clear_exports": Kind(clear_exports),
    "make_led_pack": Kind(make_led_pack, heavy=True, give_up=give_up_led_pack),
    "clear_led_packs": Kind(clear_led_packs),
    "order_reports": Kind(order_reports),
    "make_report": Kind(make_report, heavy=True, waits=True, give_up=give_up_report),
    "forget_report_files": Kind(forget_report_files),
    "make_pack": Kind(make_pack, heavy=True, give_up=give_up_pack),
    "watch_incidents": Kind(watch_incidents, first=True),
    "forget_incidents": Kind(forget_incidents),
    "watch_floors": Kind(watch_floors),
    "send_message": Kind(send_message, urgent=True),
    "forget_messages": Kind(forget_messages),
    "verify_trail": Kind(verify_trail),
    "verify_plays": Kind(verify_plays),
}

LINES: Final[tuple[Periodic, ...]] = (
    Every("advance_campaigns", 1),
    Daily("expire_assets", 0, 0),
    Every("write_scams", 60),
    Daily("forget_jobs", 4, 10),
    Every("forget_answers", 60),
    Daily("empty_bin", 4, 12),
    Daily("clear_arrivals", 4, 20),
    Daily("forget_loops", 4, 30),
    Daily("sweep_files", 4, 50),
    Daily("forget_commands", 5, 0),
    Every("measure_spot_checks", 60),
    Daily("forget_spot_pictures", 5, 10),
    Every("extend_plans", 5),
    Every("plan_renditions", 60),
    Every("keep_plays", 5),
    Daily("seal_plays", 0, 20),
    Every("tie_plays", 5),
    Daily("verify_rollups", 3, 40),
    Daily("verify_trail", 3, 50),
    Daily("verify_plays", 3, 55),
    # Before plans are extended, so that a new pace costs most screens no extra plan.
    Daily("pace_totals", 2, 40),
    Every("keep_uptime", 1),
    Daily("sweep_uptime", 4, 25),
    Daily("clear_exports", 4, 15),
    Daily("clear_led_packs", 4, 18),
    Every("order_reports", 5),
    Daily("forget_report_files", 4, 40),
    EveryFew("watch_incidents", 30),
    # By then the watermark of online screens has passed the hour before.
    Hourly("watch_floors", 12),
    Daily("forget_incidents", 5, 20),
    Daily("forget_messages", 5, 30),
)
