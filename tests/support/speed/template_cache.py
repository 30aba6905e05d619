"""Makes the pages of a test run cheap: a template is compiled once in a process of tests."""

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_COMPILED: dict[tuple[str, str], CodeType] = {}


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates in memory; a changed one is compiled again."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the cached code."""
        bucket.code = _COMPILED.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is not None:
            _COMPILED[bucket.key, bucket.checksum] = bucket.code
