"""Authentication: passwords, throttling, sessions, tokens, operator recovery.

Second factors and recovery codes: second_factors.
"""
