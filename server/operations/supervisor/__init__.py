"""`server.cli serve`: a small parent without gevent that keeps the server's processes running."""
