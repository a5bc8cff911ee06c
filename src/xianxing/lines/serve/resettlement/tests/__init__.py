"""Tests of the resettlement slice."""
