"""Which engine judges a file: the embedded one, or a Spark cluster where one is asked for."""

import os
import shutil
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Problem

__all__ = ["spark_engine"]

OLDEST = 17
NO_PYSPARK = Problem(
    "no_pyspark", _("PySpark is not installed"), _("Install it with: pip install 'xianxing[spark]' (half a gigabyte)")
)
NO_JAVA = Problem(
    "no_java",
    _("Spark needs Java %(oldest)s or newer, and there is %(value)s"),
    _("On Debian: apt-get install default-jre-headless; or name one you have in JAVA_HOME"),
)


def spark_engine() -> Any:
    """The package that judges on Spark, imported only now. Raises :class:`Blocked` for what this machine lacks."""
    if find_spec("pyspark") is None:
        raise Blocked((Blocker(NO_PYSPARK, "engine"),))
    version = _java()
    if not version or int(version.split(".")[0]) < OLDEST:
        shown = f"Java {version}" if version else str(_("none"))
        raise Blocked((Blocker(NO_JAVA, "engine", value=shown, params={"oldest": OLDEST}),))
    return import_module("xianxing.rules.engine.spark")


def _java() -> str:
    """The version of the Java that Spark would start; empty where there is none."""
    home = os.environ.get("JAVA_HOME")
    found = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if not found or not Path(found).exists():
        return ""
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 - the machine's own Java
    return said.split('"')[1] if said.count('"') > 1 else ""
