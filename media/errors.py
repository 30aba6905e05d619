"""Errors of media, with the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "empty",
    "truncated",
    "damaged",
    "unsupported",
    "too_large",
    "too_long",
    "no_picture",
    "encrypted",
]


class MediaRefused(Exception):
    """The upload is rejected for its content: retrying is useless."""

    def __init__(self, code: Code, detail_zh: str, detail_en: str) -> None:
        super().__init__(f"{code}: {detail_en}")
        self.code: Code = code
        self.detail_zh = detail_zh
        self.detail_en = detail_en


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """An invalid field of a slide, by JSON pointer."""

    pointer: str
    detail_zh: str
    detail_en: str


class SlideInvalid(Exception):
    """The fields don't make a slide; one sentence for each problem."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(f"{p.pointer} {p.detail_en}" for p in problems))
        self.problems = tuple(problems)

    @property
    def errors(self) -> list[dict[str, str]]:
        """The problems in Chinese, in the shape of a problem document's `errors`."""
        return [{"pointer": p.pointer, "detail": p.detail_zh} for p in self.problems]
