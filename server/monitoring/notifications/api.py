"""`/notification-targets`: targets of a unit, their test messages and message log."""

from typing import Annotated, Any, Literal, get_args

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.guards import actor, needs
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    Paging,
    check_unchanged_by,
    district_zone,
    in_district_time,
    listed,
    page,
    tagged,
)
from server.foundation.rest.responses import Listed, answers, refuses
from server.foundation.rest.validation_errors import entries_at_most
from server.monitoring.incidents.catalogue import Code
from server.monitoring.notifications import queries, schemas, service
from server.monitoring.notifications.channels.mail_settings import MailFields, Security
from server.monitoring.notifications.channels.registry import Way
from server.monitoring.notifications.models import Message, NotificationTarget
from server.monitoring.notifications.schemas import Event, Level
from server.monitoring.notifications.serializers import message_document, target_document
from server.monitoring.notifications.service import SECRETS, Draft

bp = APIBlueprint("notifications", __name__, url_prefix="/api/v1", tag="Notifications 通知")

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Url = Annotated[str, Field(max_length=2_000)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Mail = Annotated[str, Field(max_length=254)]
Header = Annotated[str, Field(max_length=1_000)]
ALL_EVENTS: list[Event] = list(get_args(Event))


class QuietBody(Body):
    """Wall-clock times of the district; past midnight if `from` is the later one."""

    begins: Clock = Field(alias="from")
    ends: Clock = Field(alias="until")


class SmtpBody(Body):
    """A mail server in fields, equivalent to `smtp_url`.

    A password left out stays as it was, as long as host, port, security and user do.
    """

    host: str = Field("", max_length=255)
    port: int | None = Field(None, ge=1, le=65_535)
    security: Security = "tls"
    user: str = Field("", max_length=254)
    password: str = Field("", max_length=500)
    sender: str = Field("", max_length=254)

    def fields(self) -> MailFields:
        """The fields, stripped of pasted blanks."""
        stripped = {name: value.strip() for name, value in self if isinstance(value, str)}
        return MailFields(**{**self.model_dump(), **stripped})


class NotificationTargetChanges(Body):
    """Changes of a target; `url`, `headers`, `smtp_url` and its password are write-only.

    `smtp` has the fields of `smtp_url`; null means the district's own mail server.
    """

    name: Name = ""
    unit_id: str = Field("", max_length=20)
    level: Level = "duty"
    events: list[Event] = Field(
        default_factory=lambda: list(ALL_EVENTS), max_length=len(ALL_EVENTS)
    )
    codes: list[Code] = Field(default_factory=list, max_length=40)
    url: Url = ""
    headers: Annotated[dict[str, Header], entries_at_most(10)] = Field(
        default_factory=dict, max_length=10
    )
    template: str | None = Field(None, max_length=10_000)
    recipients: list[Mail] = Field(default_factory=list, max_length=50)
    smtp_url: Url = ""
    smtp: SmtpBody | None = None
    quiet_hours: QuietBody | None = None
    digest_at: Clock = "08:00"
    language: Literal["zh_CN", "en"] = "zh_CN"
    active: bool = True

    def stored(self) -> dict[str, Any]:
        """The non-secret fields by column name."""
        plain = self.model_dump(exclude={*SECRETS, "smtp", "kind", "unit_id", "quiet_hours"})
        return {**plain, **_quiet(self.quiet_hours)}

    def given(self) -> dict[str, Any]:
        """The sent fields by column name."""
        apart = {"quiet_hours", "smtp"}
        sent = {name: getattr(self, name) for name in self.model_fields_set - apart}
        asked = "quiet_hours" in self.model_fields_set
        return sent | self.mail() | (_quiet(self.quiet_hours) if asked else {})

    def mail(self) -> dict[str, MailFields]:
        """The mail server, if its fields were sent."""
        if "smtp" not in self.model_fields_set:
            return {}
        return {"smtp": self.smtp.fields() if self.smtp is not None else MailFields()}


class NotificationTargetBody(NotificationTargetChanges):
    """A new target."""

    name: Name
    kind: Way


@bp.get("/notification-targets")
@needs("incidents.acknowledge")
@bp.input(Paging, location="query")
@answers(Listed[schemas.NotificationTarget])
def list_targets(query_data: Paging) -> dict[str, Any]:
    """Targets in the person's scope, newest first."""
    return listed(queries.in_scope(actor()), NotificationTarget.id, query_data, _document)


@bp.post("/notification-targets")
@needs("incidents.acknowledge")
@bp.input(NotificationTargetBody)
@answers(schemas.NotificationTarget, 201)
def create_target(json_data: NotificationTargetBody) -> ResponseReturnValue:
    """Create a target of a unit (default: one's own); it covers that unit and those below."""
    body = json_data
    secret = {name: getattr(body, name) for name in SECRETS} | body.mail()
    unit = body.unit_id or public("unit", actor().unit_id)
    draft = Draft(body.kind, unit, body.stored(), secret)
    return tagged(_document(service.create(core(), actor(), draft)), 201)


@bp.get("/notification-targets/<notification_target_id>")
@needs("incidents.acknowledge")
@answers(schemas.NotificationTarget)
def get_target(notification_target_id: str) -> ResponseReturnValue:
    """One target."""
    with core().config.read() as session:
        return tagged(_document(queries.find(session, actor(), notification_target_id)))


@bp.patch("/notification-targets/<notification_target_id>")
@needs("incidents.acknowledge")
@bp.input(NotificationTargetChanges)
@answers(schemas.NotificationTarget)
def change_target(
    notification_target_id: str, json_data: NotificationTargetChanges
) -> ResponseReturnValue:
    """Change a target; a secret that isn't sent stays as it was."""
    changes = json_data.given()
    target = service.change(
        core(), actor(), notification_target_id, changes, check_unchanged_by(_document)
    )
    return tagged(_document(target))


@bp.delete("/notification-targets/<notification_target_id>")
@needs("incidents.acknowledge")
@answers(None, 204)
def delete_target(notification_target_id: str) -> ResponseReturnValue:
    """Delete a target with its log; its waiting messages are not sent."""
    service.remove(core(), actor(), notification_target_id, check_unchanged_by(_document))
    return "", 204


@bp.post("/notification-targets/<notification_target_id>/test")
@needs("incidents.acknowledge")
@answers(schemas.Message)
@refuses(409)
def try_target(notification_target_id: str) -> ResponseReturnValue:
    """Send a test message now; `state` is the outcome, `error` the reason of a failure."""
    sent = service.try_out(core(), actor(), notification_target_id)
    return tagged(message_document(sent, district_zone()))


@bp.get("/notification-targets/<notification_target_id>/messages")
@needs("incidents.acknowledge")
@bp.input(Paging, location="query")
@answers(Listed[schemas.Message])
def list_messages(notification_target_id: str, query_data: Paging) -> dict[str, Any]:
    """Messages of a target, waiting ones included, newest first, with their outcome."""
    with core().config.read() as session:
        query = queries.messages_of(queries.find(session, actor(), notification_target_id))
        document = in_district_time(message_document)
        return page(session, query, Message.id, query_data, document)


def _quiet(quiet: QuietBody | None) -> dict[str, str | None]:
    begins, ends = (quiet.begins, quiet.ends) if quiet else (None, None)
    return {"quiet_from": begins, "quiet_until": ends}


def _document(row: NotificationTarget) -> dict[str, Any]:
    return target_document(core(), row)
