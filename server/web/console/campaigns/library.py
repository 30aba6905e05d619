"""Pages of media: the assets with upload, one asset, the slide templates with live preview."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from media.slides import engine
from server.accounts.guards import actor, needs
from server.campaigns.models import Playlist
from server.campaigns.queries import campaigns_with, is_shown_by_others, may_change, playlists_with
from server.campaigns.queries import in_scope as in_scope_of
from server.content import messages, queries
from server.content.assets.api import document
from server.content.assets.content_checks import check_asset
from server.content.assets.share_pictures import SHAPES as PASSED_ON
from server.content.assets.slides_api import found_in, worded
from server.content.models import Asset
from server.foundation.errors import NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import state_words, translate
from server.foundation.rest.resources import etag_of
from server.gateway.connection.state import live
from server.gateway.takeovers import still_showing
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope
from server.inventory.screens.rendition_classes import class_title
from server.publishing.queries import screens_with
from server.web.console.campaigns.slide_offers import offers, places
from server.web.helpers import listed, query_args, today

pages = Blueprint("library_pages", __name__)
MOST_IN_SERIES: Final = 30
MOST_LISTS: Final = 50

STATES = {
    "processing": (Sentence("处理中", "Processing"), "wait"),
    "ready": (Sentence("未送审", "Not submitted"), ""),
    "rejected": (Sentence("处理失败", "Refused"), "bad"),
    "submitted": (Sentence("待审批", "Waiting for sign-off"), "wait"),
    "approved": (Sentence("已批准", "Approved"), "good"),
    "withdrawn": (Sentence("已撤下", "Withdrawn"), "bad"),
}
KINDS = {"image": Sentence("图片", "Image"), "video": Sentence("视频", "Video")}
FITS = (
    ("whole", Sentence("整幅显示，空处用虚化画面填充", "Show all of it, on a blurred copy")),
    ("crop", Sentence("裁剪填满，切掉多出的部分", "Crop it to fill the screen")),
)
AI_CHOICES: Final = (
    ("none", Sentence("不含", "None")),
    ("unmarked", Sentence("含，由系统加“AI 生成”标识", "Some: add the mark")),
    ("marked", Sentence("含，画面上已有标识", "Some, with a mark of its own")),
)
SHAPES = (
    ("960x540", Sentence("横屏 16:9", "Landscape 16:9"), "first"),
    ("540x960", Sentence("竖屏 9:16", "Portrait 9:16"), ""),
    ("800x600", Sentence("横屏 4:3", "Landscape 4:3"), ""),
    ("540x540", Sentence("微信群 1:1", "WeChat 1:1"), ""),
    ("540x720", Sentence("微信群 3:4", "WeChat 3:4"), ""),
    ("960x160", Sentence("条屏", "LED strip"), "first strip"),
    ("512x128", Sentence("小条屏", "Small strip"), "strip"),
)
EXAMPLE_SIZE = (640, 360)
EXPIRES_SOON_DAYS = 7


@pages.get("/media")
@needs("read")
def list_page() -> str:
    """Assets in scope, newest first."""
    filters = query_args("state", "kind", "q", "tag")
    wanted = queries.Wanted(
        filters.get("kind"), filters.get("state"), filters.get("q"), filters.get("tag")
    )
    with core().config.read() as session:
        tags = queries.tags_in_use(session, actor())
        found = listed(session, queries.listed(actor(), wanted), Asset.id, document)
    return render_template(
        "media/list.html",
        assets=found["items"],
        **found,
        filters=filters,
        filtered=bool(filters),
        state_choices=[(state, translate(name)) for state, (name, _) in STATES.items()],
        tags=[(tag, tag) for tag in tags],
        soon=(today() + timedelta(days=EXPIRES_SOON_DAYS)).isoformat(),
        kinds=[(kind, translate(name)) for kind, name in KINDS.items()],
        fits=_fits(),
        ai_choices=ai_choices(),
        shapes=PASSED_ON,
        may_write=bool(actor().roots("content.write")),
        **state_words(STATES),
    )


@pages.get("/media/<asset_id>")
@needs("read")
def asset_page(asset_id: str) -> str:
    """One asset, as screens show it."""
    with core().config.read() as session:
        asset = queries.find(session, actor(), "read", asset_id)
        path, author = asset.unit.path, asset.author_id
        used = _used(session, asset)
        tags = queries.tags_in_use(session, actor())
        still = _still(session, asset)
        lists = _lists(session)
        is_contact = actor().is_contact_only("content.write", path)
        held = is_contact and is_shown_by_others(session, asset)
    shown = document(asset)
    return render_template(
        "media/detail.html",
        still=still,
        asset=shown,
        tag=etag_of(shown),
        checks=found_in(check_asset(core().settings, asset, today())),
        used=used,
        tags=tags,
        fits=_fits(),
        ai_choices=ai_choices(),
        shapes=PASSED_ON,
        class_title=lambda name: translate(class_title(name)),
        may_write=actor().may_change("content.write", path, author),
        held=messages.OFFICE_SHOWS_IT if held else None,
        lists=lists,
        series=_series,
        may_sign=actor().may("sign_off", path),
        **state_words(STATES),
    )


def _still(session: Session, asset: Asset) -> list[Mapping[str, Any]]:
    """Whom to call about a withdrawn asset."""
    if asset.state != "withdrawn":
        return []
    screens = still_showing.of_files(session, [one.digest for one in asset.renditions])
    return still_showing.rows(core(), session, actor(), screens, live().presence)


@dataclass(frozen=True)
class Used:
    """The uses of an asset: playlists and campaigns by public id, and the number of screens."""

    playlists: dict[str, str]
    campaigns: dict[str, str]
    screens: int

    @property
    def anywhere(self) -> bool:
        """Whether it is in any playlist or campaign."""
        return bool(self.playlists or self.campaigns)


def _used(session: Session, asset: Asset) -> Used:
    files = [one.digest for one in asset.renditions]
    mine = set(session.scalars(in_scope(actor()).with_only_columns(Screen.id)))
    return Used(
        {
            public("playlist", row.id): row.name
            for row in playlists_with(session, actor(), asset.id)
        },
        campaigns_with(session, actor(), asset.id),
        len(screens_with(session, files) & mine),
    )


@pages.get("/slides")
@needs("content.write")
def templates_page() -> str:
    """The templates, each with its own example as picture."""
    return render_template("slides/choose.html", templates=_templates())


@pages.get("/slides/<name>")
@needs("content.write")
def slide_page(name: str) -> str:
    """One template's fields with a live preview."""
    for template in _templates():
        if template["name"] == name:
            with core().config.read() as session:
                offered = offers(session)
            return render_template(
                "slides/form.html",
                template=template,
                offers=offered,
                places=places(template["fields"]),
                today=today().isoformat(),
                series=_series,
                pages=core().settings.allowed_pages,
                shapes=[(size, translate(name), css) for size, name, css in SHAPES],
            )
    raise NotFound


@pages.get("/slides/<name>/example.png")
@needs("content.write")
def example_picture(name: str) -> Response:
    """A template filled with its own examples."""
    if name not in {template["name"] for template in engine.templates()}:
        raise NotFound
    response = Response(_example(name), mimetype="image/png")
    response.cache_control.max_age = 86_400
    return response


def _series(mark: str, *more: str) -> str:
    """The assets that were made just before this one, as the query of an address; or nothing."""
    found = [*request.args.getlist("asset")[:MOST_IN_SERIES], *more]
    return mark + urlencode([("asset", one) for one in found]) if found else ""


def _lists(session: Session) -> list[tuple[str, str]]:
    """The newest playlists to which the person may add something."""
    if not actor().roots("campaigns.write"):
        return []
    query = in_scope_of(Playlist, actor()).order_by(Playlist.id.desc()).limit(MOST_LISTS)
    rows = [row for row in session.scalars(query) if may_change(session, actor(), row)]
    return [(public("playlist", row.id), row.name) for row in rows]


def _fits() -> list[tuple[str, str]]:
    return [(name, translate(text)) for name, text in FITS]


def ai_choices() -> list[tuple[str, str]]:
    """The declarations on AI-made content that an author chooses from."""
    return [(name, translate(text)) for name, text in AI_CHOICES]


def _templates() -> list[dict[str, Any]]:
    return [worded(template) for template in engine.templates()]


@lru_cache(maxsize=32)
def _example(name: str) -> bytes:
    return engine.render(name, engine.example(name), *EXAMPLE_SIZE)
