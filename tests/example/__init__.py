"""A plain register with a short flow, as docs/register.md shows it: what a new register costs beyond its model."""
