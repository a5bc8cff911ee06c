"""Asking for the engine on a cluster where this machine lacks what it needs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from xianxing.kernel.blockers import Blocked
from xianxing.rules.engine import engines
from xianxing.rules.engine.engines import NO_JAVA, NO_PYSPARK, spark_engine

Java = Callable[[str], None]


@pytest.fixture
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Java:
    """A Java that says it is of some version."""

    def made(version: str) -> None:
        (tmp_path / "bin").mkdir()
        program = tmp_path / "bin" / "java"
        program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2020-01-01' >&2\n", "utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    return made


def test_without_pyspark_the_refusal_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _name: None)
    with pytest.raises(Blocked) as refused:
        spark_engine()
    assert refused.value.blockers[0].problem is NO_PYSPARK
    assert "xianxing[spark]" in str(refused.value.blockers[0].mend)


def test_without_java_the_refusal_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Blocked) as refused:
        spark_engine()
    assert refused.value.blockers[0].problem is NO_JAVA


def test_a_java_that_is_too_old_is_named(java: Java, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _name: object())
    java("1.8.0_292")
    with pytest.raises(Blocked) as refused:
        spark_engine()
    assert refused.value.blockers[0].value == "Java 1.8.0_292"
