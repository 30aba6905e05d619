"""Caches of the delivery reports."""

from dataclasses import dataclass

from server.playlog.ingest.runtime import PlaylogRuntime
from server.reporting.delivery.expected.evidence_cache import EvidenceCache
from server.reporting.delivery.expected.expected_and_pending import CountCache
from server.reporting.delivery.expected.tenure_cache import TenureBook
from server.reporting.delivery.expected.watermarks import WatermarkCache


@dataclass(frozen=True, slots=True)
class Memory:
    """Caches of the reports; each part checks by itself whether it is still valid."""

    book: TenureBook
    answers: CountCache
    progress: WatermarkCache
    evidence: EvidenceCache


def memory_of(parts: PlaylogRuntime) -> Memory:
    """The one of this process."""
    return Memory(
        parts.remembered(TenureBook),
        parts.remembered(CountCache),
        parts.remembered(WatermarkCache),
        parts.remembered(EvidenceCache),
    )
