"""The listing ladder as a Django app."""

from django.apps import AppConfig


class ListingConfig(AppConfig):
    name = "xianxing.lines.upgrade.listing"
    label = "upgrade_listing"
