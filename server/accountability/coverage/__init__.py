"""The ledger of venues and days: reached by plays, attested by hand, not reached."""
