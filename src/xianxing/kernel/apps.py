"""The kernel as a Django app. Once all apps are loaded it gathers their registers and checks every name in them."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class KernelConfig(AppConfig):
    name = "xianxing.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Import ``registers``, ``indicators`` and ``steps`` of every app, lowest layer first, and resolve columns."""
        for module in ("registers", "indicators", "steps"):
            for config in apps.get_app_configs():
                if find_spec(f"{config.name}.{module}"):
                    import_module(f"{config.name}.{module}")
        declared = import_module("xianxing.kernel.register").REGISTRY
        check_personal = import_module("xianxing.kernel.personal.checks").check_personal
        for register in declared.values():
            _ = register.fields, register.effective_grants, register.placed
            check_personal(register)
