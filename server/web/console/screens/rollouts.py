"""设置 → 播放终端版本: the releases by screens, and the roll-out of a new one."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import etag_of
from server.gateway.connection.desired_builds import names_build
from server.gateway.rollouts import queries, service
from server.gateway.rollouts.alerts import concerned
from server.gateway.rollouts.api import reader_now
from server.gateway.rollouts.labels import (
    AND_MORE,
    BETWEEN,
    NAMES,
    REASONS,
    RINGS,
    SIZE,
    SIZE_ALL,
    SIZE_SCREENS,
    SIZE_SO_FAR,
    SIZE_TAG,
    STATES,
    UPDATES,
    WAITING,
    WAITING_FAILED,
)
from server.gateway.rollouts.models import PlayerRelease
from server.gateway.rollouts.rounds.rings import Ring, usual_rings
from server.gateway.rollouts.serializers import Reader, release_document
from server.inventory.district.queries import settings_document
from server.inventory.district.service import may_change
from server.web.helpers import listed, shown_state
from server.web.todo_rows import Waiting

pages = Blueprint("release_pages", __name__)

TOP: Final = "/settings/player"
NAMED: Final = 3
PLAIN: Final = Sentence("其他播放终端（不能由此更新）", "Other players (not updated from here)")
UNKNOWN: Final = Sentence("未知版本", "Unknown")
VIRTUAL: Final = Sentence("模拟终端", "virtual")
NEVER_REPORTED: Final = Sentence("尚未报告", "Hasn't said yet")


@pages.get(TOP)
@needs("reports.read")
def releases_page() -> str:
    """The releases by screens, the running roll-out, and all releases."""
    reader = reader_now()
    with core().config.read() as session:
        found = listed(
            session,
            select(PlayerRelease),
            PlayerRelease.id,
            lambda row: _shown(session, row, reader),
        )
        going = queries.active(session)
        rules = settings_document(session)
        may_act = service.may_act(actor())
        total = sum(queries.running(session).values())
        return render_template(
            "settings/player.html",
            releases=found["items"],
            **found,
            going=_shown(session, going, reader) if going is not None else None,
            running=_running(session, reader),
            may_act=may_act,
            has_acts=may_act and any(_has_acts(one, going) for one in found["items"]),
            may_set=may_change(actor()),
            notified=[one.name for one in concerned(session)] if may_act else None,
            updates=[(code, translate(text)) for code, text in UPDATES.items()],
            chosen=rules["player"]["updates"],
            rules_tag=etag_of(rules),
            plan=[_sized(place, ring) for place, ring in enumerate(usual_rings(total))],
        )


def _shown(session: Session, row: PlayerRelease, reader: Reader) -> dict[str, Any]:
    document = release_document(session, row, reader)
    return {
        **document,
        "tag": etag_of(service.record_of(row)),
        **shown_state(STATES[row.state]),
        "rings": [
            {
                **one,
                **_sized(place, Ring(one["percent"], one["screens"], one["tag"])),
                "soak": _lasting(one["soak_s"]),
            }
            for place, one in enumerate(document["rings"])
        ],
        "failed_screens": [
            {**one, "text": translate(REASONS[one["reason"]])} for one in document["failed_screens"]
        ],
        "may_start": not document["live"] and row.state in {"registered", "withdrawn", "complete"},
        "may_roll_back": document["live"] and queries.before_live(session) is not None,
    }


def _has_acts(one: Mapping[str, Any], going: PlayerRelease | None) -> bool:
    """Whether anything can be done with a release in the list of all."""
    if one["live"]:
        return bool(one["failed_screens"]) or (one["may_roll_back"] and going is None)
    return one["may_start"] and (going is None or going.state == "halted")


def _sized(place: int, ring: Ring) -> dict[str, str]:
    """A ring's name and how big it is, in words."""
    sizes = []
    if ring.percent >= 100:
        sizes.append(translate(SIZE_ALL))
    elif ring.percent:
        least = SIZE_SO_FAR if place else SIZE
        size = least if ring.screens else Sentence("{percent} %", "{percent} %")
        sizes.append(translate(size).format(percent=f"{ring.percent:g}", screens=ring.screens))
    elif ring.screens:
        sizes.append(translate(SIZE_SCREENS).format(screens=ring.screens))
    if ring.tag:
        sizes.append(translate(SIZE_TAG).format(tag=ring.tag))
    return {"name": translate(RINGS).format(n=place + 1), "size": " + ".join(sizes)}


def _lasting(seconds: int) -> str:
    if seconds < 120:
        return translate(Sentence(f"{seconds} 秒", f"{seconds} s"))
    minutes = seconds // 60
    if minutes < 120:
        return translate(Sentence(f"{minutes} 分钟", f"{minutes} min"))
    return translate(Sentence(f"{minutes // 60} 小时", f"{minutes // 60} h"))


def _running(session: Session, reader: Reader) -> list[dict[str, Any]]:
    """Players with how many screens run each, the most first."""
    counts = queries.running(session, reader.actor)
    release_ids = dict(session.execute(select(PlayerRelease.name, PlayerRelease.id)).all())
    usual = queries.live(session)
    most = max(counts.values(), default=0)
    return [
        {
            "player": player,
            "name": player.replace("virtual", translate(VIRTUAL)),
            "count": count,
            "share": count / most,
            "live": usual is not None and player == usual.name,
            "note": _note(player, release_ids),
        }
        for player, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def _note(player: str, release_ids: Mapping[str, int]) -> str:
    if not player:
        return translate(NEVER_REPORTED)
    if not names_build(player):
        return translate(PLAIN)
    return "" if player in release_ids else translate(UNKNOWN)


def waiting(session: Session) -> list[Waiting]:
    """A halted roll-out, for people who may resume it."""
    going = queries.active(session) if service.may_act(actor()) else None
    if going is None or going.state != "halted":
        return []
    failed = release_document(session, going, reader_now())["failed_screens"]
    named = translate(AND_MORE if len(failed) > NAMED else NAMES).format(
        translate(BETWEEN).join(one["name"] for one in failed[:NAMED])
    )
    text = WAITING_FAILED if failed and (going.halt or {}).get("rule") == "failures" else WAITING
    sentence = translate(text).format(release=going.name, count=len(failed), screens=named)
    return [Waiting(sentence, TOP, (going.halt or {}).get("at_ms"))]
