"""A pack's files: xlsx, pdf, zip; how they are read and verified again."""
