"""A POST that is sent again is answered again, and nothing is done twice."""
