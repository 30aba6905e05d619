"""Authentication, authorization and the audit trail.

actor: the current person. roles: the permission table. guards: guards of routes. auth: sign-in,
second factors, tokens, sessions. directory: units and people. audit_log: the chained audit trail.
idempotency: idempotency keys of POSTs.
"""
