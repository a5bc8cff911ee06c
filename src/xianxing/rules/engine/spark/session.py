"""The session on a cluster: the one that ``spark-submit`` has given, or one on the cluster named, or this machine."""

import os
from collections.abc import Mapping

from pyspark.sql import SparkSession

__all__ = ["session"]

SUBMITTED = "PYSPARK_SUBMIT_ARGS"
ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # zone=370601 is a code, not a number
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
ALONE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


def session(master: str = "", settings: Mapping[str, str] | None = None) -> SparkSession:
    """The running session, or a new one.

    ``master`` names the cluster (``spark://host:7077``, ``yarn``); without it, and without what ``spark-submit`` says,
    all cores of this machine work, and no port is open to others.
    """
    asked = master or ("" if SUBMITTED in os.environ else "local[*]")
    builder = SparkSession.builder.appName("Xianxing")
    if asked:
        builder = builder.master(asked)
    for name, value in {**ALWAYS, **(ALONE if asked.startswith("local") else {}), **(settings or {})}.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    return found
