"""The inspections slice as a Django app."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "xianxing.lines.safeguard.inspections"
    label = "safeguard_inspections"
