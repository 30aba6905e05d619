"""The `/console` namespace: hints open pages at changes within their user's scope."""
