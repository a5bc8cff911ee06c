"""The bottom-lines slice as a Django app."""

from django.apps import AppConfig


class BottomLinesConfig(AppConfig):
    name = "xianxing.lines.safeguard.bottomlines"
    label = "safeguard_bottomlines"
