"""Output of `audit verify`: lines and an exit code.

Runs on auditors' machines without a server; needs only click, cryptography, msgspec and orjson.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from server.foundation.crypto.signing import SignedBy
from server.foundation.i18n import Sentence
from server.playlog.audit.verifier.verify import Report, verify

HOLDS = Sentence("完整，未发现改动。", "It holds: nothing was changed, is missing or was moved.")
ANYONE = Sentence(
    "任何人都能用自己的密钥签名：请与本平台 doctor 显示、考核材料上印出的密钥编号核对，"
    "或用 --kid、--key 指定。",
    "Anyone can sign with a key of his own: compare this with the id that the server's doctor "
    "tells and assessment packs print, or give it with --kid or --key.",
)
UNTOLD = Sentence(
    "旧版导出文件：没有说明自身范围。", "Made by an older release: it doesn't say of what it is."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Lines to print, and 0 if all is well, else 1."""

    lines: tuple[str, ...]
    code: int


def audit_verify(
    lines: Iterable[bytes], by: SignedBy | None = None, heads: Sequence[str] = ()
) -> Answer:
    """Verify an export; needs no database.

    `by`: the key that must have signed it. Each of `heads` (from printed reports) must be in the
    export's chain of days.
    """
    report = verify(lines)
    findings = [*report.findings, *_more(report), *_foreign(report, by), *_unknown(report, heads)]
    if findings:
        return Answer(tuple(map(_both, findings)), 1)
    return Answer((f"{_both(HOLDS)} {report.lines}", *map(_both, _notes(report, by))), 0)


def signed_by(key_id: str | None, by: SignedBy | None) -> Iterator[Sentence]:
    """A line on the key that signed, if the reader must still compare it, or a finding."""
    yield Sentence(f"签名密钥：kid {key_id}。", f"Signed by the key: kid {key_id}.")
    if by is None:
        yield ANYONE


def foreign(key_id: str | None) -> Sentence:
    """The finding that the export was signed by another key than the given one."""
    return Sentence(
        f"由其他密钥签名（kid {key_id}），不是所给的密钥。",
        f"signed by another key (kid {key_id}) than the one that was given",
    )


def _notes(report: Report, by: SignedBy | None) -> Iterator[Sentence]:
    yield from signed_by(report.key_id, by)
    about = report.scope
    if about is None:
        yield UNTOLD
        return
    yield Sentence(
        f"范围：{about.from_at} 至 {about.to_at}，{about.screens} 块屏，数据截至 {about.as_of}。",
        f"Of {about.screens} screens from {about.from_at} to {about.to_at}, as of {about.as_of}.",
    )
    if report.signed:
        yield Sentence(
            f"其中 {report.signed} 批由显示屏自己的密钥签名。",
            f"{report.signed} batches are signed by their screen's own key.",
        )


def _more(report: Report) -> Iterator[Sentence]:
    if report.more:
        yield Sentence(f"另有 {report.more} 处。", f"and {report.more} more.")


def _foreign(report: Report, by: SignedBy | None) -> Iterator[Sentence]:
    if by is not None and not by.fits(report.key):
        yield foreign(report.key_id)


def _unknown(report: Report, heads: Sequence[str]) -> Iterator[Sentence]:
    for head in heads:
        if report.scope is None or not report.scope.has_head(head):
            yield Sentence(
                f"导出文件的每日封存链中没有 {head}。",
                f"{head} isn't in the export's chain of days",
            )


def _both(sentence: Sentence) -> str:
    return f"{sentence.zh} {sentence.en}"
