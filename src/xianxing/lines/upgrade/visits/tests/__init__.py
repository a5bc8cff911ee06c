"""Tests of visits and problems of enterprises."""
