"""What the architecture promises of slices and registers, tried on a copy of the tree."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLICES = ("xianxing.lines.attract.projects",)


def test_a_plain_register_costs_at_most_sixty_lines_beyond_its_model() -> None:
    lines = (ROOT / "tests" / "example" / "registers.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60


@pytest.mark.parametrize("name", SLICES)
def test_the_product_migrates_checks_and_loads_the_demo_without_a_slice(name: str, tmp_path: Path) -> None:
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "vendor"))
    shutil.rmtree(source / Path(*name.split(".")))
    settings = source / "xianxing" / "settings.py"
    text = settings.read_text(encoding="utf-8")
    assert f'    "{name}",\n' in text
    settings.write_text(text.replace(f'    "{name}",\n', ""), encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(source),
        "XIANXING_HOME": str(tmp_path / "home"),
        "DJANGO_SETTINGS_MODULE": "xianxing.settings",
    }
    script = (
        "import django, xianxing; django.setup()\n"
        "from pathlib import Path\n"
        f"assert Path(xianxing.__file__).is_relative_to({str(source)!r})\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0); call_command('check')\n"
        "call_command('makemigrations', check_changes=True, dry_run=True)\n"
        "from xianxing.demo.loader import load\n"
        "load(1)\n"
        "from xianxing.kernel.audit.chain import verify\n"
        "assert verify()[1] is None\n"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
