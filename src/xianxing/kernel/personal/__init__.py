"""Personal data: encrypted with a key per data subject, masked, logged when read, erased by destroying the key."""
