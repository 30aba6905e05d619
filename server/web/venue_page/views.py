"""`/v/<code>`: the page opened by the QR code at the venue, and its forms."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any, Final, TypeVar, cast

from flask import Blueprint, Response, json, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from pydantic import Field, StringConstraints

from media.limits import Limits as MediaLimits
from server.accounts.guards import open_to_all
from server.content.paths import arrivals
from server.content.uploads.incoming_file import Received
from server.content.uploads.multipart import LooseForm, received_or_not
from server.foundation.errors import AnpingError, Invalid, TooLarge
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import Body, iso
from server.foundation.rest.storable_text import check_fields
from server.foundation.storage.disk_space import full_in_words
from server.inventory.enrolment import venue_page_codes
from server.monitoring.incidents.site_reports import Kind
from server.monitoring.response import fault_reports
from server.monitoring.response.fault_reports import ReportDraft
from server.reporting.spot_checks import photos
from server.web.helpers import query_of
from server.web.venue_page import pausing
from server.web.venue_page.access import LIMITS, address, door, limits, wants_json
from server.web.venue_page.form_values import keep_typed, typed_in
from server.web.venue_page.rate_limits import Limits
from server.web.venue_page.view_texts import page_of

pages = Blueprint("onsite_pages", __name__)

MOST_PHOTO_BYTES: Final = 20 * 1024 * 1024
DONE: Final = {
    "pause": Sentence("已暂停 10 分钟，屏幕会在几秒内变黑。", "Paused for 10 minutes."),
    "resume": Sentence("已恢复播放。", "It goes on playing."),
    "fault": Sentence("已报修，责任单位会看到。", "Reported: the unit will see it."),
    "photo": Sentence("照片已收到，谢谢。", "The photo has arrived, thank you."),
}
NO_REASON: Final = Sentence("现场暂停（未填原因）", "Paused on site, no reason given")
BIG_PHOTO: Final = Sentence("照片太大，请选 20 MB 以内的。", "The photo is over 20 MB.")
B = TypeVar("B", bound=Body)
Pin = Annotated[str, StringConstraints(pattern=r"^[0-9]{4,8}$")]


class PauseBody(Body):
    """The venue's PIN, and why the screen is paused."""

    pin: Pin
    reason: str = Field("", max_length=200)


class ResumeBody(Body):
    """The venue's PIN."""

    pin: Pin


class FaultBody(Body):
    """The fault of the screen."""

    kind: Kind
    text: str = Field("", max_length=500)


@pages.record
def _keep_limits(state: BlueprintSetupState) -> None:
    state.app.extensions[LIMITS] = Limits()


def _again(code: str, error: AnpingError) -> Response:
    """The page with the refused input."""
    typed = {name: text for name, text in typed_in(request).items() if name != "pin"}
    return _page(code, problem=translate(error.detail), typed=typed)


@pages.get("/v/<code>")
@door()
def onsite_page(code: str) -> Response:
    """The screen's state, and the actions for people in front of it."""
    return _page(code, done=DONE.get(request.args.get("done", "")))


@pages.get("/v/<code>/<any(pause, resume, fault, photo):_what>")
@open_to_all  # it leads to the page, which has its own door
def back_to_page(code: str, _what: str) -> ResponseReturnValue:
    """A phone opens the address of a refused form again: after a call, or to read English."""
    lang = request.args.get("lang")
    return redirect(url_for("onsite_pages.onsite_page", code=code, lang=lang), 303)


@pages.post("/v/<code>/pause")
@door(_again)
def pause_on_site(code: str) -> Response:
    """Pause the screen for ten minutes, by the venue's PIN."""
    sent = _sent(PauseBody)
    with _wrong_pins_counted():
        row = pausing.pause(
            core(), code, sent.pin, sent.reason or translate(NO_REASON), request.remote_addr or ""
        )
    until = iso(row.until_at, core().settings.zone)
    return _done(code, "pause", {"paused_until": until, "reason": row.reason}, 201)


@pages.post("/v/<code>/resume")
@door(_again)
def resume_on_site(code: str) -> Response:
    """End the pause that was declared here."""
    with _wrong_pins_counted():
        pausing.resume(core(), code, _sent(ResumeBody).pin, request.remote_addr or "")
    return _done(code, "resume", {"paused_until": None})


@pages.post("/v/<code>/fault")
@door(_again)
def report_on_site(code: str) -> Response:
    """Report a fault, with a photo if there is one (multipart form data)."""
    with core().config.read() as session:
        screen = venue_page_codes.find(session, code)
        fault_reports.check(session, screen, core().clock.now_ms())
    limits().reports.add(address(), core().clock.now_ms())
    with _form(code, FaultBody) as (sent, file):
        photo = None
        if file is not None:
            with limits().photos_at_once():
                photo = photos.reencoded(core(), file)
        row = fault_reports.report(core(), screen.id, ReportDraft(sent.kind, sent.text, photo))
    at = iso(row.at, core().settings.zone)
    return _done(code, "fault", {"reported_at": at, "kind": row.kind}, 201)


@pages.post("/v/<code>/photo")
@door(_again)
def photograph_on_site(code: str) -> Response:
    """Hand in the photo that a spot check asks for."""
    with core().config.read() as session:
        screen = venue_page_codes.find(session, code)
        if photos.wanted_on_site(session, screen, core().clock.now_ms()) is None:
            raise photos.not_asked()
    limits().reports.add(address(), core().clock.now_ms())
    with _form(code, Body) as (_, file):
        if file is None:
            raise Invalid(photos.NOT_A_PHOTO, code="no_photo")
        with limits().photos_at_once():
            row = photos.take_in_on_site(core(), screen.id, file)
    at = iso(row.answered_at, core().settings.zone)
    return _done(code, "photo", {"received_at": at}, 201)


def _page(code: str, *, done: Sentence | None = None, **more: Any) -> Response:
    with core().config.read() as session:
        context = page_of(core(), session, venue_page_codes.find(session, code))
    # The address keeps `done` for as long as the page is open, or is loaded again.
    is_over = done is DONE["pause"] and not context["pause"]["running_until"]
    done_text = translate(done) if done is not None and not is_over else ""
    text = render_template(
        "onsite/page.html", code=code, done=done_text, **{"typed": {}, **more}, **context
    )
    return Response(text, mimetype="text/html")


def _done(code: str, what: str, document: Mapping[str, Any], status: int = 200) -> Response:
    """For a program the document; for a person a redirect to the page."""
    if wants_json():
        return Response(json.dumps(document), status, mimetype="application/json")
    return cast("Response", redirect(f"/v/{code}?done={what}", 303))


def _sent(form: type[B], fields: Mapping[str, str] | None = None) -> B:
    """The input, as JSON or as a form. Raises Invalid."""
    if request.is_json:
        values = request.get_json()
    else:
        values = dict(fields if fields is not None else request.form)
    if not isinstance(values, dict):
        values = {}
    check_fields([(name, text) for name, text in values.items() if isinstance(text, str)])
    return query_of(form, values)


@contextmanager
def _form(code: str, form: type[B]) -> Iterator[tuple[B, Received | None]]:
    """The same with the file that came along, which is there for as long as the block runs."""
    if request.mimetype != "multipart/form-data":
        yield _sent(form), None
        return
    if (request.content_length or 0) > MOST_PHOTO_BYTES + 64 * 1024:
        raise TooLarge(BIG_PHOTO)
    with limits().form_of(code), _arrived() as found:
        sent = _sent(form, found.fields)
        if found.refused is not None:
            raise _of_a_photo(found.refused)
        with full_in_words():
            yield sent, found.file


@contextmanager
def _arrived() -> Iterator[LooseForm]:
    with received_or_not(request, arrivals(core()), _media_limits()) as found:
        keep_typed(found.fields)
        yield found


def _of_a_photo(refused: AnpingError) -> AnpingError:
    """For people at a screen, without the advice to save a document as PDF."""
    is_other = refused.code == "unsupported"
    return Invalid(photos.NOT_A_PHOTO, code=refused.code) if is_other else refused


def _media_limits() -> MediaLimits:
    most = photos.limits_of(core())
    return replace(most, max_image_bytes=min(most.max_image_bytes, MOST_PHOTO_BYTES))


@contextmanager
def _wrong_pins_counted() -> Iterator[None]:
    """From one address only so many wrong PINs are checked, over all venues."""
    limits().pins.check(address(), core().clock.now_ms())
    try:
        yield
    except AnpingError as error:
        if error.code == "wrong_pin":
            limits().pins.note(address(), core().clock.now_ms())
        raise
