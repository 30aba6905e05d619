"""All routes of the server: its blueprints of pages and of the API, in order of registration."""

from typing import Final

from server.accountability.assessment.api import bp as packs
from server.accountability.attestations.api import bp as attestations
from server.accountability.board.api import bp as board
from server.accountability.coverage.api import bp as coverage
from server.accounts.audit_log.api import bp as audit
from server.accounts.auth.api import bp as accounts
from server.accounts.auth.second_factors.second_factor_api import bp as second_factors
from server.accounts.directory.units_api import bp as units
from server.accounts.directory.users_api import bp as users
from server.accounts.recycle_bin.api import bp as recycle_bin
from server.campaigns.forecast.api import bp as outlooks
from server.campaigns.holidays.api import bp as calendar
from server.campaigns.overrides.stops_api import bp as stops
from server.campaigns.overrides.takeovers_api import bp as takeovers
from server.campaigns.playlists.api import bp as playlists
from server.campaigns.workflow.api import bp as campaigns
from server.content.assets.api import bp as library
from server.content.assets.slides_api import bp as slides
from server.content.reference_lists.api import bp as reference_lists
from server.content.uploads.api import bp as uploads
from server.gateway.bulk.api import bp as screens_bulk
from server.gateway.commands.api import bp as screen_commands
from server.gateway.connection.http_fallback_api import bp as player_live
from server.gateway.rollouts.api import bp as player_releases
from server.gateway.rollouts.player_files import player_page
from server.gateway.status.api import bp as screens_live
from server.inventory.devices.api import bp as screen_boxes
from server.inventory.district.api import bp as district
from server.inventory.enrolment.device_auth_api import bp as player_api
from server.inventory.enrolment.keys_api import bp as enrolment_keys
from server.inventory.imports.api import bp as table_imports
from server.inventory.screens.api import bp as screens
from server.inventory.screens.finding.lookup_api import bp as choices
from server.inventory.venues.api import bp as venues
from server.monitoring.exemptions.api import bp as exemptions
from server.monitoring.notifications.api import bp as notification_targets
from server.monitoring.on_call.api import bp as duty
from server.monitoring.response.api import bp as incidents
from server.monitoring.rosters.api import bp as uptime_api
from server.monitoring.rosters.import_api import bp as roster_import
from server.playlog.api import bp as plays
from server.playlog.quarantine_api import bp as quarantine
from server.publishing.api import bp as plans
from server.publishing.api import manifests
from server.publishing.file_api import files
from server.publishing.led_packages.api import bp as led_packs
from server.reporting.control.remaining_api import bp as remaining
from server.reporting.delivery.api import bp as reports
from server.reporting.raw_log.api import bp as exports
from server.reporting.screen_hours.api import bp as screen_hours
from server.reporting.spot_checks.api import bp as spot_checks
from server.reporting.subscriptions.api import bp as schedules
from server.reporting.uplift.api import bp as uplift
from server.reporting.uptime.api import bp as uptime_report
from server.reporting.venue_map.api import bp as maps
from server.web.console import board as board_pages
from server.web.console import search as search_pages
from server.web.console.campaigns import (
    approval_sheet,
    holidays,
    run_calendar,
)
from server.web.console.campaigns import campaigns as campaigns_pages
from server.web.console.campaigns import led_packages as led_pack_pages
from server.web.console.campaigns import library as library_pages
from server.web.console.campaigns import (
    playlists as playlist_pages,
)
from server.web.console.campaigns import screens as campaign_screens_pages
from server.web.console.fleet import (
    fleet,
    maintenance,
    monthly_sheet,
    rosters,
)
from server.web.console.fleet import (
    history as uptime_history_pages,
)
from server.web.console.reports import assessment as pack_pages
from server.web.console.reports import attestations as attestation_pages
from server.web.console.reports import coverage as coverage_pages
from server.web.console.reports import delivery as reports_pages
from server.web.console.reports import exemptions as exemption_pages
from server.web.console.reports import hours as screen_hours_pages
from server.web.console.reports import incidents as incident_pages
from server.web.console.reports import overview
from server.web.console.reports import quarantine as quarantine_pages
from server.web.console.reports import raw_log_exports as exports_pages
from server.web.console.reports import spot_checks as spot_check_pages
from server.web.console.reports import subscriptions as schedules_pages
from server.web.console.screens import bulk, devices
from server.web.console.screens import commands as command_pages
from server.web.console.screens import enrolment_keys as keys_pages
from server.web.console.screens import preview as preview_pages
from server.web.console.screens import rollouts as release_pages
from server.web.console.screens import screens as screens_pages
from server.web.console.settings import accounts as accounts_pages
from server.web.console.settings import notification_targets as notification_pages
from server.web.console.settings import on_call as duty_pages
from server.web.console.settings import recycle_bin as recycle_bin_pages
from server.web.console.settings import reference_lists as reference_list_pages
from server.web.console.settings import second_factor
from server.web.console.takeovers import approve, emergency
from server.web.console.takeovers import takeovers as takeover_pages
from server.web.console.venues import imports as import_pages
from server.web.console.venues import venue_map as map_pages
from server.web.console.venues import venues as venues_pages
from server.web.help import views as help_pages
from server.web.papers import views as paper_pages
from server.web.papers.api import bp as screen_register
from server.web.search.api import bp as search
from server.web.venue_page import pauses_view, stickers
from server.web.venue_page import views as onsite_pages
from server.web.venue_page.api import bp as onsite

PAGES: Final = (
    accounts_pages,
    second_factor,
    recycle_bin_pages,
    reference_list_pages,
    venues_pages,
    devices,
    keys_pages,
    screens_pages,
    paper_pages,
    onsite_pages,
    stickers,
    pauses_view,
    command_pages,
    bulk,
    preview_pages,
    library_pages,
    playlist_pages,
    run_calendar,
    approval_sheet,
    campaign_screens_pages,
    campaigns_pages,
    holidays,
    takeover_pages,
    approve,
    emergency,
    quarantine_pages,
    exemption_pages,
    attestation_pages,
    spot_check_pages,
    reports_pages,
    coverage_pages,
    screen_hours_pages,
    fleet,
    uptime_history_pages,
    monthly_sheet,
    incident_pages,
    maintenance,
    notification_pages,
    duty_pages,
    rosters,
    import_pages,
    release_pages,
    pack_pages,
    overview,
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
    reference_lists,
    accounts,
    second_factors,
    units,
    users,
    recycle_bin,
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
    remaining,
    screen_register,
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
