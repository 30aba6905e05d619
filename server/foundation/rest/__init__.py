"""The edge of the JSON API: bodies, lists, ETags, problem documents, limits, downloads."""
