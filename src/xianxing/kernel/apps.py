"""The kernel as a Django app. Once all apps are loaded it gathers their registers and checks every name in them."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import AppConfig, apps


class KernelConfig(AppConfig):
    name = "xianxing.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Gather registers, indicators (also from ``.yaml``), steps, sources and reports, lowest app first."""
        self._gather("registers")
        indicators = import_module("xianxing.kernel.indicators.load")
        for config in apps.get_app_configs():
            if (path := Path(config.path) / "indicators.yaml").exists():
                indicators.load_indicators(path)
        self._gather("indicators", "steps", "sources", "reports")
        declared = import_module("xianxing.kernel.register").REGISTRY
        check_personal = import_module("xianxing.kernel.personal.checks").check_personal
        check_model = import_module("xianxing.kernel.record").check_model
        for register in declared.values():
            check_model(register.model)
            _ = register.fields, register.effective_grants, register.placed
            check_personal(register)
        indicators.check_indicators()

    @staticmethod
    def _gather(*modules: str) -> None:
        for module in modules:
            for config in apps.get_app_configs():
                if find_spec(f"{config.name}.{module}"):
                    import_module(f"{config.name}.{module}")
