"""Points, GeoJSON and tiles of the map."""
