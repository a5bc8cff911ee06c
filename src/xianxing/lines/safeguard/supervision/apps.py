"""The supervision slice as a Django app."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "xianxing.lines.safeguard.supervision"
    label = "safeguard_supervision"
