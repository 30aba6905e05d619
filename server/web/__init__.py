"""All HTML, and what is shown around it.

The frame of every page, navigation, language: frame, navigation, language. Pages of the console:
console.
The phone page of a screen: venue_page. The field that finds anything: search. First steps: guide.
Help: help.
`/healthz`, `/metrics`: health, metrics. Templates, translations, scripts and styles lie beside
them.
"""
