"""The composition root: the only place that wires parts; `create_app` reads top to bottom."""

from typing import TYPE_CHECKING, Any

from apiflask import APIFlask
from werkzeug.middleware.proxy_fix import ProxyFix

from media.slides.text.scam_list import read_from
from server.accountability.coverage import warm_up
from server.accounts.auth.login_throttle import Delays
from server.accounts.auth.request_identity import init_accounts
from server.accounts.idempotency.request_hook import init_idempotency
from server.campaigns.events import ApprovalWaits
from server.campaigns.forecast.impact import planned_entry
from server.campaigns.overrides import takeovers as campaign_takeovers
from server.campaigns.queries import is_shown_by_others
from server.campaigns.targeting.signoff_scope import require_successors
from server.content.assets import tasks as library_tasks
from server.content.assets.api import SHOWN_BY_OTHERS, SUCCESSORS
from server.content.assets.rendition_backfill import plan_soon
from server.content.events import AssetApproved, AssetWithdrawn
from server.content.reference_lists.scam_file import path_of
from server.foundation.clock import Clock, SystemClock
from server.foundation.config import Settings
from server.foundation.core import Core
from server.foundation.crypto.secrets_file import secret_key
from server.foundation.crypto.signing import load_or_make_signer
from server.foundation.db.change_tracking import CommitListener
from server.foundation.db.group_transaction import GroupWriter
from server.foundation.db.session import Database, open_database
from server.foundation.event_bus import Events
from server.foundation.notice_batches import Gathering
from server.foundation.rest.flask_extensions import babel, socketio
from server.foundation.rest.lazy_url_rules import LateRule
from server.foundation.rest.limits.request_pacing import init_pacing
from server.foundation.rest.problems import init_problems
from server.foundation.rest.resources import ApiRequest, tag_reading
from server.foundation.rest.security_headers import init_security, limit_by_sender
from server.foundation.rest.storable_text import init_storable
from server.foundation.rest.strict_json import StrictJson
from server.foundation.rest.urgent_requests import init_urgency
from server.foundation.runtime.lasting_failures import Trouble
from server.foundation.storage import reserve
from server.foundation.storage.reserve import Reserve
from server.foundation.storage.stores import open_store
from server.foundation.websocket import start as wire
from server.foundation.websocket.stock_layer.fairness import be_fair
from server.foundation.websocket.stock_layer.strictness import be_strict
from server.gateway.connection import runtime as realtime
from server.gateway.connection.presence import Presence
from server.gateway.connection.socket_sender import NEWEST_ONLY
from server.gateway.connection.telemetry import sightings_runtime as incidents_lookout
from server.gateway.events import CloneSuspected
from server.gateway.page_hints.from_other_processes import poster
from server.gateway.page_hints.namespace import hints_of
from server.gateway.page_hints.topics import RELAYED_TABLES
from server.gateway.rollouts import runtime as releases
from server.gateway.takeovers.followers import init_takeovers
from server.inventory.district.public_address import public_url
from server.inventory.enrolment.pairing_attempts import WrongCodes
from server.inventory.enrolment.screen_pace import init_screen_pace
from server.inventory.screens.events import (
    ScreenAdded,
    ScreenChanged,
    ScreenPaired,
    ScreenRevoked,
    ScreensBound,
    ScreensWritten,
)
from server.monitoring.heartbeats import runtime as uptime
from server.monitoring.notifications import approval_requests
from server.playlog.ingest.flask_extension import init_playback, playback_of, start_playback
from server.playlog.ingest.runtime import CatchUp
from server.playlog.ingest.service import suspect_boot
from server.playlog.model.events import PlaysTaken
from server.publishing import subscribers as loops
from server.publishing.assignments.rebinding_proof import Vouchers
from server.publishing.explain.draft_plan import PLANNED_ENTRY
from server.publishing.manifests.rebuild_queue import rebuild_unassigned
from server.reporting.control import subscribers as reports_listening
from server.reporting.spot_checks import runtime as spot_check_rounds
from server.web import template_warm_up
from server.web.api_docs import pages as openapi
from server.web.console.overview.waiting_tasks import waiting_count
from server.web.console.takeovers.emergency import emergency_bar
from server.web.frame import init_frame
from server.web.health import health
from server.web.language import choose_language
from server.web.metrics.flask_extension import init_metrics, start_metrics
from server.web.reading_process.client import init_reading, reading_of
from server.web.venue_page.access import LIMITS as ONSITE_LIMITS
from server.web.venue_page.rate_limits import Counts
from server.web.venue_page.rate_limits import Limits as OnsiteLimits
from server.web.who_may import who_may

if TYPE_CHECKING:
    from server.foundation.workers.relay import Relay

VERSION = "0.1.0"
Reader = tuple[CatchUp, Presence]


def build_core(
    settings: Settings,
    clock: Clock | None = None,
    on_commit: CommitListener | None = None,
    *,
    reads_alone: bool = False,
) -> Core:
    """The dependencies of use cases. Creates the data folder and the keys if absent.

    `on_commit` gets all writes; by default the process with the sockets does. With `reads_alone` it
    writes to no database and notifies nobody.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    read_from(path_of(settings))
    room = Reserve(settings.data)
    admit = room.admit if settings.database_url is None else room.make_way
    config = open_database(settings.config_url, admit=admit, reads_alone=reads_alone)
    core = Core(
        settings=settings,
        config=config,
        group_writer=GroupWriter(config),
        plays=open_database(
            settings.plays_url, settings.plays_schema, admit, reads_alone=reads_alone
        ),
        clock=clock or SystemClock(),
        events=Events(),
        store=open_store(settings, "files"),
        originals=open_store(settings, "originals"),
        signer=load_or_make_signer(
            settings.signing_key_file or settings.data / "keys" / "signing-key.pem"
        ),
        **({} if reads_alone else _among_others(settings, config)),
    )
    core.config.listeners.extend(_commit_listeners(core, on_commit))
    _wire_notices(core)
    return core


def _among_others(settings: Settings, config: Database) -> dict[str, Any]:
    """The parts of a worker among several; nothing is connected here."""
    if settings.redis_url is None:
        return {}
    from server.foundation.workers.channel import channel
    from server.foundation.workers.leader_lock import Lead
    from server.foundation.workers.relay import Relay

    return {"relay": Relay(settings.redis_url, channel(secret_key(settings))), "lead": Lead(config)}


def _commit_listeners(core: Core, on_commit: CommitListener | None) -> list[CommitListener]:
    """Listeners of writes: open pages of this process, and of other processes."""
    if core.relay is None:
        return [on_commit or poster(core.settings.data, RELAYED_TABLES)]
    from server.gateway.workers.relay_events import sender

    own = [] if on_commit is None else [on_commit]
    return [*own, sender(core.relay, RELAYED_TABLES)]


def create_app(
    settings: Settings,
    clock: Clock | None = None,
    *,
    on_commit: CommitListener | None = None,
    reader: Reader | None = None,
) -> APIFlask:
    """The application with all features. The databases must be migrated.

    `on_commit` gets all writes; by default the pages open here. With a `reader` it is read-only:
    the reader reconciles bookings and asks other processes for sockets and heartbeats.
    """
    app = _bare_app(settings)
    listener = on_commit or (lambda written: hints_of(app).take(written))
    core = build_core(settings, clock, listener, reads_alone=reader is not None)
    app.extensions["anping"] = core
    _init_edge(app, core)
    app.extensions["anping.vouching"] = Vouchers(core)
    init_playback(app, core, None if reader is None else reader[0])
    uptime.init_uptime(app)
    _register_features(app)
    if core.relay is not None:
        _share_counts(app, core.relay)
    _init_device_side(app, core, None if reader is None else reader[1])
    return app


def _bare_app(settings: Settings) -> APIFlask:
    """Flask with our JSON, requests and rules of addresses, behind so many proxies."""
    app = APIFlask(
        "server",
        enable_openapi=False,  # server.foundation.openapi describes the routes
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type] # the frame serves static files
        template_folder="web/templates",
    )
    app.json = StrictJson(app)
    app.request_class = ApiRequest
    app.url_rule_class = LateRule
    app.config.update(_flask_settings(settings))
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign] # Flask's own way to wrap an application
    return app


def _init_edge(app: APIFlask, core: Core) -> None:
    """Languages, errors, headers, and what no database keeps: before any feature has its turn."""
    babel.init_app(app, locale_selector=choose_language)
    init_problems(app)
    init_security(app, lambda: public_url(core))
    app.after_request(tag_reading)
    init_storable(app)


def _init_device_side(app: APIFlask, core: Core, presence: Presence | None) -> None:
    """Sockets and their consumers; last, as they use the features above."""
    realtime.init_realtime(app, socketio, presence)
    init_takeovers(app)
    incidents_lookout.init_lookout(app)
    releases.init_releases(app, socketio)
    init_metrics(app, VERSION)
    _wire_sockets(app, core)
    socketio.init_app(app, **_socket_settings())
    be_fair(socketio.server)
    be_strict(socketio.server)


def start_live_parts(app: APIFlask) -> None:
    """Start background work of a serving process; tests start only the parts they need."""
    core: Core = app.extensions["anping"]
    reserve.start(core.settings.data)
    with Trouble("first_plan_check_failed", "first_plan_check_recovered"):
        rebuild_unassigned(core)
    start_playback(app)
    uptime.start(app)
    wire.start(socketio, NEWEST_ONLY)
    realtime.start(app, socketio)
    spot_check_rounds.start(app, socketio)
    incidents_lookout.start(app)
    releases.start(app)
    if reading_of(app) is None:
        start_warm_up(app)
    start_metrics(app)


def start_warm_up(app: APIFlask) -> None:
    """Prepare in the background what the first page and the first report would wait for."""
    template_warm_up.start(app)
    warm_up.start(app)


def _flask_settings(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": secret_key(settings),
        "BABEL_DEFAULT_LOCALE": settings.locale,
        "BABEL_DEFAULT_TIMEZONE": settings.timezone,
        "BABEL_TRANSLATION_DIRECTORIES": "web/translations",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "JSON_SORT_KEYS": False,
        "ANPING_VERSION": VERSION,
    }


def _socket_settings() -> dict[str, Any]:
    return {
        "async_mode": "gevent",
        "transports": ["websocket"],
        "max_http_buffer_size": 256 * 1024,
        "ping_interval": 25,
        "ping_timeout": 20,
        "manage_session": False,
    }


def _register_features(app: APIFlask) -> None:
    # Jobs and commands have a core and serve nothing: these are a quarter of the application.
    from server.blueprints import API, PAGES

    init_urgency(app)
    init_accounts(app)
    app.before_request(limit_by_sender)
    init_pacing(app)
    init_screen_pace(app)
    init_reading(app)
    init_idempotency(app)
    init_frame(app)
    app.add_template_global(waiting_count)
    app.add_template_global(emergency_bar)
    app.add_template_global(who_may)
    app.extensions[PLANNED_ENTRY] = planned_entry
    app.extensions[SUCCESSORS] = require_successors
    app.extensions[SHOWN_BY_OTHERS] = is_shown_by_others
    for blueprint in (health, openapi, *(module.pages for module in PAGES), *API):
        app.register_blueprint(blueprint)


def _wire_notices(core: Core) -> None:
    """Subscribes listeners to events: lower rooms publish, higher ones act."""
    loops.listen(core, core.events)
    reports_listening.listen(core, core.events)

    bound = Gathering(
        lambda screen_ids: core.events.publish(ScreensBound(screen_ids)),
        Trouble("first_plans_failed", "first_plans_recovered"),
    )
    core.events.listen(ScreenPaired, lambda notice: bound.add(notice.screen_id))

    def on_change(notice: ScreenAdded | ScreenChanged) -> None:
        library_tasks.on_screen(core, notice.screen_id)

    core.events.listen(ScreenAdded, on_change)
    core.events.listen(ScreenChanged, on_change)
    core.events.listen(
        ScreensBound, lambda notice: library_tasks.on_screens(core, notice.screen_ids)
    )
    core.events.listen(
        ScreensWritten,
        lambda notice: library_tasks.on_screens(core, (*notice.added, *notice.changed)),
    )
    core.events.listen(AssetApproved, lambda _notice: plan_soon(core))
    core.events.listen(
        ApprovalWaits, lambda notice: approval_requests.notify(core, notice.object_id)
    )
    core.events.listen(
        AssetWithdrawn, lambda notice: campaign_takeovers.end_with_asset(core, notice.asset_id)
    )


def _share_counts(app: APIFlask, relay: "Relay") -> None:
    """Share rate limits per address between all workers."""
    from server.foundation.workers.shared_counts import shared

    delays: Delays = app.extensions["anping.delays"]
    codes: WrongCodes = app.extensions["anping.wrong_codes"]
    onsite_limits: OnsiteLimits = app.extensions[ONSITE_LIMITS]
    delays.publish = shared(relay, "sign_in", delays.receive)
    codes.publish = shared(relay, "wrong_code", codes.record)
    for name in ("codes", "pins", "reports"):
        counts: Counts = getattr(onsite_limits, name)
        counts.publish = shared(relay, f"onsite_{name}", counts.receive)


def _wire_sockets(app: APIFlask, core: Core) -> None:
    """Close sockets of revoked players at once, and quarantine plays of copies."""
    core.events.listen(ScreenRevoked, lambda notice: realtime.drop(app, socketio, notice.screen_id))
    core.events.listen(ScreenPaired, lambda notice: realtime.drop(app, socketio, notice.screen_id))
    watch = uptime.watch_of(app)
    core.events.listen(ScreenRevoked, lambda notice: watch.forget(notice.screen_id))
    core.events.listen(ScreenPaired, lambda notice: watch.forget(notice.screen_id))
    core.events.listen(PlaysTaken, lambda notice: realtime.note_plays(app, notice))
    core.events.listen(
        CloneSuspected,
        lambda notice: suspect_boot(core, playback_of(app), notice.screen_id, notice.newer),
    )
