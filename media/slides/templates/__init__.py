"""One folder for each kind of slide: template.json says what it asks for, layout.py draws it."""
