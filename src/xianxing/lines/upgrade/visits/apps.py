"""Visits to enterprises and their problems as a Django app."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "xianxing.lines.upgrade.visits"
    label = "upgrade_visits"
