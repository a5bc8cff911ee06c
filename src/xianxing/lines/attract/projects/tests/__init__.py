"""Tests of the projects slice."""
