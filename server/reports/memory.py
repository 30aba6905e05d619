"""What reports of delivery remember from one question to the next."""

from dataclasses import dataclass

from server.playback.parts import Playback
from server.reports.known_evidence import KnownEvidence
from server.reports.owing import Answers
from server.reports.progress import KnownProgress
from server.reports.tenure_book import TenureBook


@dataclass(frozen=True, slots=True)
class Memory:
    """Each part knows by itself when what it holds is no longer so."""

    book: TenureBook
    answers: Answers
    progress: KnownProgress
    evidence: KnownEvidence


def memory_of(parts: Playback) -> Memory:
    """The one of this process."""
    return Memory(
        parts.remembered(TenureBook),
        parts.remembered(Answers),
        parts.remembered(KnownProgress),
        parts.remembered(KnownEvidence),
    )
