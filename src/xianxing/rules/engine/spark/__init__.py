"""The same rule sets on a Spark cluster. Only who asks for Spark imports this: it needs PySpark and Java."""

from xianxing.rules.engine.spark.files import run_on_spark
from xianxing.rules.engine.spark.judging import SparkTable, judge_on_spark, judge_tables_on_spark
from xianxing.rules.engine.spark.session import session

__all__ = ["SparkTable", "judge_on_spark", "judge_tables_on_spark", "run_on_spark", "session"]
