"""The websocket layer under Flask-SocketIO: sockets live on gevent's loop, none has a greenlet."""
