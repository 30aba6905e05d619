"""All HTML, and the frame around it.

- `frame`, `navigation`, `language`: the frame of every page. `console`: pages of the console.
- `venue_page`: the phone page of a screen. `search`: the search field. `guide`: first steps.
  `help`: help.
- `health`, `metrics`: `/healthz` and `/metrics`. Templates, translations, scripts and styles are in
  folders beside them.
"""
