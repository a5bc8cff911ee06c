"""Classification of enterprises as a Django app."""

from django.apps import AppConfig


class ClassificationConfig(AppConfig):
    name = "xianxing.lines.upgrade.classification"
    label = "upgrade_classification"
