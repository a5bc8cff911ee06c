"""Zombie enterprises and their exit as a Django app."""

from django.apps import AppConfig


class ExitsConfig(AppConfig):
    name = "xianxing.lines.upgrade.exits"
    label = "upgrade_exits"
