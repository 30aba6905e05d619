"""Hardens the WebSockets of python-socketio's own layer."""
