"""Hooks for schemathesis to build our bodies; it imports this module itself."""

import schemathesis

# A part of an upload (tus) is bytes under a name of its own.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
