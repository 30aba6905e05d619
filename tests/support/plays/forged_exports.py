"""What somebody can do to an export who has no key of the server's."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from server.foundation.crypto.signing import Signer, public_jwk
from server.playlog.audit.verifier.verify import FIRST_SEAL, UNSEALED, last_text, seal_of

Line = dict[str, Any]


def resealed(
    lines: Iterable[bytes],
    kid: str | None = None,
    change: Callable[[Line], Line] = lambda line: line,
) -> list[bytes]:
    """The lines with a change, signed by a key of one's own that calls itself `kid`."""
    own = Signer(ec.generate_private_key(ec.SECP256R1()))
    seal, made = FIRST_SEAL, []
    for number, text in enumerate(lines, 1):
        line = change(json.loads(text))
        line = {key: value for key, value in line.items() if key not in UNSEALED} | {"line": number}
        seal = line["seal"] = seal_of(seal, line)
        made.append(line)
    key = public_jwk(own.key.public_key())
    made[-1] |= {
        "lines": len(made),
        "signature": own.sign(last_text(seal, len(made))),
        "key": key | ({} if kid is None else {"kid": kid}),
    }
    return [json.dumps(line).encode() for line in made]
