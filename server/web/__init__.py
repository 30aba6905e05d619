"""What all pages share: the frame, forms, language, static files."""
