"""How Chinese plans are written."""
