"""How the plays of a loop are spread evenly, and how even a loop is.

The order of plays: spacing. Its first good form: phases. No item right after itself: parting. Gaps
measured: measures.
"""
