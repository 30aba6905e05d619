"""What can go wrong with media, told in sentences that say what to do next."""

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
    """An upload that is not let in, and never will be as it is: trying again is no use."""

    def __init__(self, code: Code, detail_zh: str, detail_en: str) -> None:
        super().__init__(f"{code}: {detail_en}")
        self.code: Code = code
        self.detail_zh = detail_zh
        self.detail_en = detail_en


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of a slide that can't be shown, by JSON pointer."""

    pointer: str
    detail_zh: str
    detail_en: str


class SlideInvalid(Exception):
    """Fields that don't make a slide; carries one sentence for each problem."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(f"{p.pointer} {p.detail_en}" for p in problems))
        self.problems = tuple(problems)

    @property
    def errors(self) -> list[dict[str, str]]:
        """The problems in Chinese, in the shape of a problem document's `errors`."""
        return [{"pointer": p.pointer, "detail": p.detail_zh} for p in self.problems]

    @property
    def errors_en(self) -> list[dict[str, str]]:
        """The same in English."""
        return [{"pointer": p.pointer, "detail": p.detail_en} for p in self.problems]
