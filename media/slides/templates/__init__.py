"""One folder per template: template.json defines its fields, layout.py draws it."""
