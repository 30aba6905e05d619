"""Files on their way in: forms, resumable uploads, documents taken apart into pages."""
