"""The manifest as screens receive it, and the functions of it alone.

Its nouns: model. Its text and digest: manifest. The picture at an instant: seat. The plays it
promises: compliance.
"""
