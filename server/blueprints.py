"""All routes of the server: its blueprints of pages and of the API, in order of registration."""

from typing import Final

from server.accounts import pages as accounts_pages
from server.accounts import second_factor_pages
from server.accounts.api import bp as accounts
from server.accounts.second_factor_api import bp as second_factors
from server.accounts.trail_api import bp as audit
from server.accounts.units_api import bp as units
from server.accounts.users_api import bp as users
from server.attestations import pages as attestation_pages
from server.attestations.api import bp as attestations
from server.board import pages as board_pages
from server.board.api import bp as board
from server.campaigns import calendar_pages, playlist_pages, run_calendar_pages, sheet_pages
from server.campaigns import pages as campaigns_pages
from server.campaigns import screens_pages as campaign_screens_pages
from server.campaigns.api import bp as campaigns
from server.campaigns.calendar_api import bp as calendar
from server.campaigns.outlooks_api import bp as outlooks
from server.campaigns.playlists_api import bp as playlists
from server.campaigns.stops_api import bp as stops
from server.campaigns.takeovers_api import bp as takeovers
from server.coverage import pages as coverage_pages
from server.coverage.api import bp as coverage
from server.district.api import bp as district
from server.duty import pages as duty_pages
from server.duty.api import bp as duty
from server.exemptions import pages as exemption_pages
from server.exemptions.api import bp as exemptions
from server.exports import pages as exports_pages
from server.exports.api import bp as exports
from server.help import pages as help_pages
from server.imports import pages as import_pages
from server.imports.api import bp as table_imports
from server.incidents.api import bp as incidents
from server.ledpacks import pages as led_pack_pages
from server.ledpacks.api import bp as led_packs
from server.library import pages as library_pages
from server.library.api import bp as library
from server.library.slides_api import bp as slides
from server.library.uploads_api import bp as uploads
from server.loops.api import bp as plans
from server.loops.api import manifests
from server.loops.file_api import files
from server.maps import pages as map_pages
from server.maps.api import bp as maps
from server.notifications import pages as notification_pages
from server.notifications.api import bp as notification_targets
from server.onsite import label_pages, pause_pages
from server.onsite import pages as onsite_pages
from server.onsite.api import bp as onsite
from server.packs import pages as pack_pages
from server.packs.api import bp as packs
from server.playback import quarantine_pages
from server.playback.api import bp as plays
from server.playback.quarantine_api import bp as quarantine
from server.preview import pages as preview_pages
from server.realtime import bulk_pages
from server.realtime import pages as command_pages
from server.realtime.api import bp as player_live
from server.realtime.bulk_api import bp as screens_bulk
from server.realtime.commands_api import bp as screen_commands
from server.realtime.screens_api import bp as screens_live
from server.releases import pages as release_pages
from server.releases.api import bp as player_releases
from server.releases.player_page import player_page
from server.reports import hours_pages as screen_hours_pages
from server.reports import (
    incident_pages,
    overview_pages,
    uptime_history_pages,
    uptime_pages,
    uptime_sheet_pages,
)
from server.reports import pages as reports_pages
from server.reports.api import bp as reports
from server.reports.hours_api import bp as screen_hours
from server.reports.uplift_api import bp as uplift
from server.reports.uptime_api import bp as uptime_report
from server.schedules import pages as schedules_pages
from server.schedules.api import bp as schedules
from server.screens import boxes_pages, keys_pages
from server.screens import pages as screens_pages
from server.screens.api import bp as screens
from server.screens.boxes_api import bp as screen_boxes
from server.screens.choices_api import bp as choices
from server.screens.keys_api import bp as enrolment_keys
from server.screens.player_api import bp as player_api
from server.search import pages as search_pages
from server.search.api import bp as search
from server.spotchecks import pages as spot_check_pages
from server.spotchecks.api import bp as spot_checks
from server.takeovers import approve_pages
from server.takeovers import pages as takeover_pages
from server.uptime import maintenance_pages, roster_pages
from server.uptime.api import bp as uptime_api
from server.uptime.import_api import bp as roster_import
from server.venues import pages as venues_pages
from server.venues.api import bp as venues

PAGES: Final = (
    accounts_pages,
    second_factor_pages,
    venues_pages,
    boxes_pages,
    keys_pages,
    screens_pages,
    onsite_pages,
    label_pages,
    pause_pages,
    command_pages,
    bulk_pages,
    preview_pages,
    library_pages,
    playlist_pages,
    run_calendar_pages,
    sheet_pages,
    campaign_screens_pages,
    campaigns_pages,
    calendar_pages,
    takeover_pages,
    approve_pages,
    quarantine_pages,
    exemption_pages,
    attestation_pages,
    spot_check_pages,
    reports_pages,
    coverage_pages,
    screen_hours_pages,
    uptime_pages,
    uptime_history_pages,
    uptime_sheet_pages,
    incident_pages,
    maintenance_pages,
    notification_pages,
    duty_pages,
    roster_pages,
    import_pages,
    release_pages,
    pack_pages,
    overview_pages,
    exports_pages,
    led_pack_pages,
    schedules_pages,
    board_pages,
    search_pages,
    map_pages,
    help_pages,
)
"""Modules whose `pages` are blueprints of pages."""

API: Final = (
    library,
    uploads,
    files,
    slides,
    accounts,
    second_factors,
    units,
    users,
    audit,
    venues,
    uptime_api,
    roster_import,
    table_imports,
    playlists,
    campaigns,
    outlooks,
    takeovers,
    stops,
    calendar,
    screens,
    enrolment_keys,
    screen_boxes,
    choices,
    player_api,
    player_page,
    player_releases,
    player_live,
    screens_live,
    screens_bulk,
    screen_commands,
    onsite,
    plays,
    quarantine,
    exemptions,
    attestations,
    spot_checks,
    reports,
    coverage,
    packs,
    district,
    screen_hours,
    uplift,
    uptime_report,
    exports,
    led_packs,
    schedules,
    incidents,
    notification_targets,
    duty,
    plans,
    manifests,
    board,
    search,
    maps,
)
