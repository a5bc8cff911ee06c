"""The resettlement slice as a Django app."""

from django.apps import AppConfig


class ResettlementConfig(AppConfig):
    name = "xianxing.lines.serve.resettlement"
    label = "resettlement"
