"""A small realistic district, made through the API, for pictures and page tests.

Everything in it came about as it would in an office: people were made by the administrator, content
was uploaded and signed off by a second person, players bound by code, plays handed in by virtual
players that computed them from their signed plan. Only the clock is moved by hand.
"""
