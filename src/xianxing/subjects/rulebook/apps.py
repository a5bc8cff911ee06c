"""The zone's own rule sets as a Django app."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "xianxing.subjects.rulebook"
    label = "rulebook"
