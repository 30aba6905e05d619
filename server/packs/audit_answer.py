"""What `audit verify-pack` answers."""

from collections.abc import Iterable

from server.packs.verifying import HOLDS, Named, verify
from server.playback.audit_answer import Answer


def audit_verify_pack(files: Iterable[Named]) -> Answer:
    """Check a pack by its zip, or by its manifest and some of its files; needs no database."""
    found = verify(files)
    findings = [f"{one.zh} {one.en}" for one in found.findings]
    if findings:
        return Answer(tuple(findings), 1)
    told = f"{found.pack} {found.digest} (kid {found.key_id}, {found.files} files)"
    return Answer((f"{HOLDS.zh} {HOLDS.en}", told), 0)
