"""The Flask application: a package per noun, wired in `server.app`."""
