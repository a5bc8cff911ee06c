"""How English plans are written."""
