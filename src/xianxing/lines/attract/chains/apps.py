"""Value chains, concentration and conversion indices as a Django app."""

from django.apps import AppConfig


class ChainsConfig(AppConfig):
    name = "xianxing.lines.attract.chains"
    label = "attract_chains"
