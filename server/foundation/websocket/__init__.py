"""The WebSocket layer below Flask-SocketIO: connections, frames, back-pressure, pings."""
