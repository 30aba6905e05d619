"""The WebSocket layer below Flask-SocketIO: connections, back-pressure, pings.

Handshake, frames and messages of RFC 6455: wire. Stricter parts of python-socketio: stock_layer.
"""
