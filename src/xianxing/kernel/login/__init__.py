"""Who gets in, and how sure that is: lock-out, sessions, second factors, passkeys, identities proved elsewhere."""
