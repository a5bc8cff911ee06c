"""Tests of chains and indices."""
