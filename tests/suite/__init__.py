"""Tests over every register that stands; one package, so that its zone is taken back with its last module."""
