"""Makes the pages of a test run cheap: a template is compiled once in a process of tests."""

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_COMPILED: dict[tuple[str, str], CodeType] = {}


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates in memory; one that was changed is compiled anew."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was kept."""
        bucket.code = _COMPILED.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is not None:
            _COMPILED[bucket.key, bucket.checksum] = bucket.code
