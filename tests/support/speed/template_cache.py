"""Makes the pages of a test run cheap: a template is loaded once in a process of tests."""

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_COMPILED: dict[tuple[str, str], CodeType] = {}


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates in memory; others come from the cache beneath, as in production."""

    def __init__(self, beneath: BytecodeCache | None) -> None:
        assert beneath is not None
        self.beneath = beneath

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the cached code."""
        bucket.code = _COMPILED.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            self.beneath.load_bytecode(bucket)
            self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self.beneath.dump_bytecode(bucket)
        self._keep(bucket)

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            _COMPILED[bucket.key, bucket.checksum] = bucket.code
