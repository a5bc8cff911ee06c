"""Measurements: ``python -m bench`` (``make bench``)."""
