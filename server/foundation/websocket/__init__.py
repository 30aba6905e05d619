"""The websocket layer under Flask-SocketIO: connections, frames, back-logs, pings; knows no
feature."""
