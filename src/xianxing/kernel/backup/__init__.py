"""Backup, verify, restore: one archive for both stores, made while the zone works, proven table by table."""
