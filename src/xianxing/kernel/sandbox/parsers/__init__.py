"""What may run in the cage. Nothing here loads Django or touches the store: a parser gets bytes, gives JSON values."""
