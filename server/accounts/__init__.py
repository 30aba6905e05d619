"""Who may do what, and who did it.

Who is asking: actor. Which role may do which act: roles. How a route is guarded: guards.
Signing in, second factors, tokens, sessions: auth. Units and people: directory.
The chained trail of acts: audit_log. POSTs that come twice with one key: idempotency.
"""
