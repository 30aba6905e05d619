"""The manifest as screens receive it, and what follows from it alone.

Its nouns: model. Its text and digest: manifest. What is on at an instant: seat. Which plays it
promises: compliance.
"""
