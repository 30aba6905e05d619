"""Loops and manifests: built, named by digest, cached, built anew, swept."""
