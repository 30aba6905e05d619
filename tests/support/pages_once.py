"""Makes the pages of a test run cheap: a template is compiled once in a process of tests."""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_COMPILED: dict[str, bytes] = {}


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates in memory; one that was changed is compiled anew."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was kept."""
        if bucket.key in _COMPILED:
            bucket.bytecode_from_string(_COMPILED[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        _COMPILED[bucket.key] = bucket.bytecode_to_string()
