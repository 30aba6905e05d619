"""Charts as SVG, drawn by the server: they print, need no script, and obey a policy of
`style-src 'self'`, as all styles are classes of static/console/charts.css.

`marks` has the shapes, `chart` the context of the template (a sentence, the drawing, the figures
as a table), the others a chart type each: `columns`, `heat`, `ranking`, `curve`, `dots`.
"""
