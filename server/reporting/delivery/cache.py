"""What reports of delivery remember from one question to the next."""

from dataclasses import dataclass

from server.playlog.ingest.runtime import Playback
from server.reporting.delivery.expected.evidence_cache import KnownEvidence
from server.reporting.delivery.expected.expected_and_pending import Answers
from server.reporting.delivery.expected.tenure_cache import TenureBook
from server.reporting.delivery.expected.watermarks import KnownProgress


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
