"""Pictures of figures as SVG that the server draws: they print, need no script, and obey a policy
of `style-src 'self'`, as all looks are classes of static/console/charts.css.

`marks` has the shapes, `chart` what a template is given (a sentence, the drawing, the figures as a
table), the others a form each: `columns`, `heat`, `ranking`, `curve`, `dots`.
"""
