"""The same rule sets on a cluster of two executors: what Spark, the columnar engine and the reference say is the same.

Rule sets and records are made at random, judged many at once on one cluster, and compared value by value.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyspark
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from xianxing.kernel.blockers import Blocked
from xianxing.rules.engine import Asked, asked, judge_table
from xianxing.rules.engine.spark import judge_tables_on_spark, run_on_spark, session
from xianxing.rules.engine.tests.generated import populations, records, row_rules, window_rules
from xianxing.rules.judge import judge_rows
from xianxing.rules.load import load_text
from xianxing.rules.tables import frame_of, read_table, write_table
from xianxing.rules.tests.test_language import DAY, ruleset
from xianxing.rules.tests.test_population import classes

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")
Row = dict[str, Any]
RULES, ROWS = 8, 30
SETTINGS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",  # hundreds of small plans: reading them is faster than compiling them
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.files.maxPartitionBytes": "4096",  # several parts, so that both executors have rows
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[SparkSession]:
    """Two executors of one core, each a process of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_HOME", str(Path(pyspark.__file__).parent))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        spark = session("local-cluster[2,1,1024]", SETTINGS)
        yield spark
        spark.stop()


def drawn(strategy: st.SearchStrategy[Any], many: int) -> list[Any]:
    """So many examples, made at random."""
    found: list[Any] = []

    @settings(max_examples=many, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def keep(one: Any) -> None:
        found.append(one)

    keep()
    return found


def small(row: Mapping[str, Any], *but: str) -> Row:
    """A record without extremes, so that 64 and 128 bits are enough."""
    return {name: value % 1_000 if type(value) is int and name not in but else value for name, value in row.items()}


def read(spark: SparkSession, folder: Path, one: Asked, rows: list[Row], keys: list[str]) -> DataFrame:
    """The records as a table of several files, as a province's zones would lie side by side."""
    frame = frame_of(one.version, rows, keys)
    half = len(rows) // 2
    for name, part in (("a", frame[:half]), ("b", frame[half:])):
        part.write_parquet(folder / f"{name}.parquet")
    return spark.read.parquet(str(folder))


def differences(spark: SparkSession, folder: Path, texts: list[str], rows: list[Row], keys: list[str]) -> list[Any]:
    """Every result of any rule set in which the three differ."""
    rulesets = [replace(load_text(text), code=f"r{at}") for at, text in enumerate(texts)]
    many = [found for found in (asked(ruleset, DAY) for ruleset in rulesets) if found]
    assert len(many) == len(texts)
    judged = judge_tables_on_spark(many, read(spark, folder, many[0], rows, keys), clauses=True)
    panel = many[0].version.panel
    held = {(row["key"], row[panel] if panel else 0): row for row in map(_plain, judged.frame.collect())}
    assert len(held) == len(rows)
    found = []
    for one, text in zip(many, texts):
        embedded = judge_table(one, frame_of(one.version, rows, keys)).frame
        reference = judge_rows(one.ruleset, rows, DAY, keys=keys)
        for row, judgement, table in zip(rows, reference, embedded.iter_rows(named=True)):
            ours = held[table["key"], row[panel] if panel else 0]
            expected = {each.code: each.held for each in (*judgement.features, *judgement.outputs)}
            expected |= {clause.code: clause.holds for clause in judgement.clauses}
            for code, value in expected.items():
                said = ours[f"{one.ruleset.code}.{code}"]
                if not value == table[code] == said:
                    found.append((code, {"reference": value, "embedded": table[code], "spark": said}, row, text))
    return found


def _plain(row: Any) -> Row:
    return dict(row.asDict())


Check = Callable[[list[str], list[Row], list[str]], None]


@pytest.fixture
def agrees(cluster: SparkSession, tmp_path: Path) -> Check:
    def check(texts: list[str], rows: list[Row], keys: list[str]) -> None:
        assert differences(cluster, tmp_path, texts, rows, keys) == []

    return check


def numbered(many: int) -> list[str]:
    return [f"企业{at % 7}{at}" for at in range(many)]


def test_the_cluster_has_two_executors(cluster: SparkSession) -> None:
    executors = cluster.sparkContext._jsc.sc().statusTracker().getExecutorInfos()
    assert len(executors) == 3  # and the driver


def test_each_record_by_itself(agrees: Check) -> None:
    agrees(drawn(row_rules(), 3 * RULES), [small(row) for row in drawn(records, ROWS)], numbered(ROWS))


def test_each_record_by_itself_with_extremes_that_38_digits_do_not_hold(agrees: Check) -> None:
    agrees(drawn(row_rules(), RULES), drawn(records, ROWS), numbered(ROWS))


def test_records_compared_with_one_another(agrees: Check) -> None:
    agrees(drawn(populations(), RULES // 2), [small(row, "m") for row in drawn(records, ROWS)], numbered(ROWS))


def test_years_of_a_panel(agrees: Check) -> None:
    rows = [row | {"year": 2010 + at // 5 + at // 15} for at, row in enumerate(drawn(records, ROWS))]
    agrees(drawn(window_rules(), RULES), rows, [f"企业{at % 5}" for at in range(ROWS)])


def test_a_file_judged_on_the_cluster_is_that_of_the_embedded_engine(cluster: SparkSession, tmp_path: Path) -> None:
    rows: list[Row] = [{"n": at * 7 % 5, "money": 2**53 + at, "ratio": Decimal(at) / 4} for at in range(20)]
    grade = {"type": "decimal", "places": 2, "label": "分", "expr": "ratio * n / 3", "round": "half_up"}
    much = {"type": "money", "label": "额", "expr": "money"}
    one = asked(load_text(ruleset(outputs={"grade": grade, "much": much})), DAY)
    assert one is not None
    source = tmp_path / "facts.parquet"
    frame_of(one.version, rows, numbered(20)).write_parquet(source)
    embedded = judge_table(one, read_table(source, [one.version]))
    write_table(embedded, tmp_path / "ours.parquet")
    write_table(embedded, tmp_path / "ours.csv")
    for name in ("theirs.parquet", "theirs.csv"):
        assert run_on_spark(one, source, tmp_path / name) == (20, embedded.snapshot)
    ours = pl.read_parquet(tmp_path / "ours.parquet").sort("key")
    assert ours.equals(pl.read_parquet(tmp_path / "theirs.parquet/*.parquet").sort("key"))
    lines = [sorted((tmp_path / name).read_text("utf-8-sig").splitlines()) for name in ("ours.csv", "theirs.csv")]
    assert lines[0] == lines[1]


def test_what_the_columnar_engine_refuses_the_cluster_refuses_in_the_same_words(cluster: SparkSession) -> None:
    one = asked(load_text(ruleset()), DAY)
    assert one is not None
    cases = {"1.5D": "n", "9223372036854775808BD": "n", "0.125BD": "ratio", "1": "flag", "2": "word", "'x'": "day"}
    for value, name in cases.items():
        facts = cluster.sql(f"SELECT 'a' AS key, {value} AS {name}")
        with pytest.raises(Blocked) as refused:
            judge_tables_on_spark([one], facts)
        assert refused.value.blockers[0].field == name
    twice = asked(load_text(classes()), DAY)
    assert twice is not None
    with pytest.raises(Blocked):
        judge_tables_on_spark([twice], cluster.sql("SELECT * FROM VALUES ('a', 1), ('a', 2) AS t(key, n)"))
