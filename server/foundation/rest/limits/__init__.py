"""What one sender may take of the server before others wait.

- `body_timeouts`: how long a body is waited for, and how often one that drips is read.
- `unproven_connections`: connections of who has shown no credential, and which of them go.
- `request_pacing`: how fast one person changes things.
"""
