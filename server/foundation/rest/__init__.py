"""The edge of the JSON API: bodies, lists, ETags, problem documents, refusals in words,
downloads."""
