"""Policies for enterprises as a Django app."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "xianxing.lines.upgrade.policies"
    label = "upgrade_policies"
