"""The output of `audit verify-pack`."""

from collections.abc import Iterable

from server.accountability.assessment.files.verify import HOLDS, Named, verify
from server.foundation.crypto.signing import SignedBy
from server.playlog.audit.verifier.report import Answer, foreign, signed_by


def audit_verify_pack(files: Iterable[Named], by: SignedBy | None = None) -> Answer:
    """Check a pack by its zip, or by its manifest and some of its files; needs no database.

    `by` is the key by which it must be signed.
    """
    found = verify(files)
    findings = list(found.findings)
    if found.pack is not None and by is not None and not by.fits(found.key):
        findings.append(foreign(found.key_id))
    if findings:
        return Answer(tuple(f"{one.zh} {one.en}" for one in findings), 1)
    summary = f"{found.pack} {found.digest} ({found.files} files)"
    who = (f"{one.zh} {one.en}" for one in signed_by(found.key_id, by))
    return Answer((f"{HOLDS.zh} {HOLDS.en}", summary, *who), 0)
