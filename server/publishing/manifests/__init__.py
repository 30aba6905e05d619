"""Loops and manifests: built, named by digest, cached, rebuilt, deleted."""
