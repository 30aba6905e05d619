"""Answers of `/assets`, `/slides` and `/slide-templates`."""

from typing import Any, Literal

from pydantic import Field, RootModel

from server.foundation.rest.responses import Answered, AssetId, Day, Instant, Sha256, UnitId, UserId


class Rendition(Answered):
    """An asset's file for a class of screens, at `/files/<digest>`."""

    class_: str = Field(alias="class")
    digest: Sha256
    type: str
    bytes: int
    width: int
    height: int
    duration_ms: int | None


class Gap(Answered):
    """A class without a rendition, and the reason: its screens show another one."""

    class_: str = Field(alias="class")
    code: str
    reason: str


class Asset(Answered):
    """An asset; `progress` (0 to 1) is present while it is processed.

    `fit`: a picture of another shape is shown `whole` on a blurred copy of itself, or fills the
    screen by `crop`; null for slides, which are drawn for each shape. `ai`: declared by the
    author on AI-made content: `none`, `unmarked` (we draw the mark), `marked` (it has one), null if
    unknown; `ai_label`: the AIGC metadata (GB 45438-2025) that the file had.
    """

    id: AssetId
    unit_id: UnitId
    author_id: UserId | None
    reviewer_id: UserId | None
    name: str
    kind: Literal["image", "video"]
    state: Literal["processing", "ready", "rejected", "submitted", "approved", "withdrawn"]
    progress: float | None
    reason: str | None
    code: str | None
    warnings: list[str]
    tags: list[str]
    expires_on: Day | None
    sha256: Sha256
    bytes: int
    width: int | None
    height: int | None
    duration_ms: int | None
    fit: Literal["whole", "crop"] | None
    ai: Literal["none", "unmarked", "marked"] | None
    ai_label: dict[str, str] | None
    renditions: list[Rendition]
    gaps: list[Gap]
    thumbnail: str | None
    poster: str | None
    filmstrip: str | None
    slide: dict[str, Any] | None
    builtin: bool
    replaces: AssetId | None
    replaced_by: AssetId | None
    created_at: Instant
    changed_at: Instant


class Uploaded(Asset):
    """The asset; `duplicate`: it is the unit's existing one of the same content."""

    duplicate: bool


class Finding(Answered):
    """A finding before sign-off; with `refused` ones a slide can't be created."""

    code: Literal[
        "refused",
        "too_short",
        "expired_date",
        "stale_date",
        "future_date",
        "old_scams",
        "expired",
        "ai_content",
        "ai_contradicted",
    ]
    pointer: str
    detail: str


class SlideChecked(Answered):
    """A slide's findings while it is typed, and its reading time in seconds."""

    items: list[Finding]
    reading_s: int


class UploadedPages(Answered):
    """The assets of a document's pages, in order; `duplicate` if the unit had all of them."""

    kind: Literal["document"]
    pages: list[str]
    duplicate: bool


class TakenIn(RootModel[Uploaded | UploadedPages]):
    """The asset of a picture or clip, or those of a document's pages."""


class TemplateField(Answered):
    """A field of a template; `example` is always valid."""

    name: str
    type: Literal["text", "list", "number", "date", "choice", "phone", "url"]
    label: str
    required: bool
    max_length: int | None = None
    max_items: int | None = None
    choices: list[str] | None = None
    example: Any


class Template(Answered):
    """A slide template."""

    name: str
    title: str
    fields: list[TemplateField]
    order: int | None = None
    duration_s: float | None = None
