"""The on-duty list: who is asked to approve now."""
