"""Files in, safe files out: pictures, clips and slides for the screens; no web, no database."""
