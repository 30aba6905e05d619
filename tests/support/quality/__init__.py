"""How far each feature of the server has come on the scale of docs/quality.md."""
