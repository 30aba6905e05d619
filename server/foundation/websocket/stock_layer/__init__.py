"""The websockets of python-socketio's own layer, made fit for those who mean harm."""
