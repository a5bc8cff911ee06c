"""The page kit as a Django app. Once all apps are loaded it gathers what they add to the pages."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class PagesConfig(AppConfig):
    name = "xianxing.pages"
    label = "pages"

    def ready(self) -> None:
        """Import ``pages`` of every app of ours: panels, views, entries of the navigation, addresses."""
        import_module("xianxing.pages.offered").offer_views()
        # kinds of jobs, entries of the navigation, addresses, panels
        for own in (
            "doors", "exchange", "organise", "auditing", "personal", "maps", "notices", "rulebook", "explained",
            "security", "outside", "doorways", "backups", "reports",
        ):  # fmt: skip
            import_module(f"xianxing.pages.{own}")
        for config in apps.get_app_configs():
            if config.name.startswith("xianxing.") and find_spec(f"{config.name}.pages"):
                import_module(f"{config.name}.pages")
