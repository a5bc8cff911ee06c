"""The petitions slice as a Django app."""

from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "xianxing.lines.safeguard.petitions"
    label = "safeguard_petitions"
