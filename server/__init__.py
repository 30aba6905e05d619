"""The Flask application: thirteen rooms and the simulator, wired in `server.app`."""
