"""Screening of projects as a Django app."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "xianxing.lines.attract.screening"
    label = "attract_screening"
