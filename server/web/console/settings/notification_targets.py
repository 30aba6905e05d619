"""设置 → 通知对象: notification targets of one's units, a form for each way, and sent messages."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.guards import actor, needs
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import Choice, translate
from server.foundation.rest.resources import district_zone, etag_of
from server.inventory.district.queries import alert_values
from server.monitoring.incidents.catalogue import CODES
from server.monitoring.notifications import queries
from server.monitoring.notifications.channels.registry import WAYS
from server.monitoring.notifications.channels.webhook_templates import DEFAULT, NAMES
from server.monitoring.notifications.failure_texts import in_words
from server.monitoring.notifications.labels import (
    EVENTS,
    KINDS,
    LANGUAGES,
    LEVELS,
    SECURITIES,
    STATES,
)
from server.monitoring.notifications.models import Message, NotificationTarget
from server.monitoring.notifications.queries import ACTION
from server.monitoring.notifications.serializers import message_document, target_document
from server.web.helpers import listed, shown_state, unit_choices

pages = Blueprint("notification_pages", __name__)

TOP: Final = "/settings/notifications"
Document = dict[str, Any]


@pages.get(TOP)
@needs(ACTION)
def list_page() -> str:
    """Targets in scope, newest first, each with its last message."""
    with core().config.read() as session:
        query = queries.in_scope(actor())
        found = listed(session, query, NotificationTarget.id)
        return render_template(
            "notifications/list.html",
            targets=_rows(session, found["items"]),
            **found,
            **_words(session),
        )


@pages.get(f"{TOP}/new")
@needs(ACTION)
def new_page() -> str:
    """An empty form for one way, given by the address (`kind`)."""
    asked = request.args.get("kind")
    kind = asked if asked in WAYS else "apprise"
    with core().config.read() as session:
        return render_template(
            "notifications/form.html",
            target=_blank(actor(), kind),
            kinds=[
                (code, translate(name), f"{TOP}/new?kind={code}") for code, name in WAYS.items()
            ],
            **_form(session),
        )


@pages.get(f"{TOP}/<notification_target_id>")
@needs(ACTION)
def target_page(notification_target_id: str) -> str:
    """One target to change, try out or delete, above its log; `tried` names a test's message."""
    with core().config.read() as session:
        row = queries.find(session, actor(), notification_target_id)
        found = listed(session, queries.messages_of(row), Message.id, _message)
        document = target_document(core(), row)
        tried = request.args.get("tried")
        return render_template(
            "notifications/detail.html",
            target=document,
            tag=etag_of(document),
            messages=found["items"],
            tried=next((one for one in found["items"] if one["id"] == tried), None),
            **found,
            **_form(session),
        )


def _rows(session: Session, rows: list[NotificationTarget]) -> list[Document]:
    last = queries.last_messages(session, [row.id for row in rows])
    return [
        {**target_document(core(), row), "last": _message(last[row.id]) if row.id in last else None}
        for row in rows
    ]


def _message(row: Message) -> Document:
    """A message as the log shows it."""
    return {
        **message_document(row, district_zone()),
        "body": _body(row),
        "kind_text": translate(KINDS[row.kind]),
        **shown_state(STATES[row.state]),
        "reason": in_words(row.error, language()),
    }


def _body(row: Message) -> str:
    """The text below the title, which many texts begin with."""
    first, _, rest = row.text.partition("\n")
    return rest.lstrip("\n") if first.strip() == row.title.strip() else row.text


def _blank(person: Actor, kind: str) -> Document:
    """The defaults of a new target, as in the API."""
    return {
        "id": None,
        "kind": kind,
        "unit_id": public("unit", person.unit_id),
        "level": "duty",
        "events": list(EVENTS),
        "codes": [],
        "recipients": [],
        "smtp": None,
        "digest_at": "08:00",
        "language": "zh_CN",
        "active": True,
    }


def _form(session: Session) -> Document:
    """The choices of the form."""
    return {
        "levels": _choices_of(LEVELS),
        "languages": _choices_of(LANGUAGES),
        "alerts": alert_values(session),
        "securities": _choices_of(SECURITIES),
        "own_server": core().settings.smtp_url is not None,
        "default_template": DEFAULT,
        "names": " ".join("{{" + name + "}}" for name in sorted(NAMES)),
        **_words(session),
    }


def _words(session: Session) -> Document:
    units = unit_choices(session, actor(), ACTION)
    return {
        "units": units,
        "unit_names": dict(units),
        "way_names": dict(_choices_of(WAYS)),
        "level_names": dict(_choices_of(LEVELS)),
        "event_names": dict(_choices_of(EVENTS)),
        "code_names": {code: translate(kind.name) for code, kind in CODES.items()},
    }


def _choices_of(names: Mapping[Any, Sentence]) -> list[Choice]:
    return [(code, translate(name)) for code, name in names.items()]
