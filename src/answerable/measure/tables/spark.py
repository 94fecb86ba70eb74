"""Counting with Spark: the same files, the same query, on as many machines as it has."""

from functools import cache
from typing import TYPE_CHECKING, Any

from answerable.errors import AnswerableError
from answerable.measure.tables.cube import Engine, cube_sql, translated
from answerable.measure.tables.reader import Columns, Progress, Reader, WrittenRow
from answerable.measure.tables.sources import Format

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


_VIEW = "decisions"


class SparkMissing(AnswerableError):
    """Spark or the Java it runs on is not there."""

    code = "measure.spark_missing"
    message = "Spark cannot be started: {reason}."
    hint = "Install Java 17 and: pip install 'answerable[spark]'. DuckDB needs neither."


class SparkReadsParquet(AnswerableError):
    """A file that only DuckDB is known to read in the same way every time."""

    code = "measure.spark_reads_parquet"
    message = "Spark counts Parquet files here; {file} is {format}."
    hint = "Leave --engine out, or write the table as Parquet."


class SparkFailed(AnswerableError):
    """Spark gave up on the files."""

    code = "measure.spark_failed"
    message = "Spark cannot count {file}: {reason}."
    hint = "Leave --engine out to see whether DuckDB can."


class SparkReader(Reader):
    """A source whose columns are checked as always, and whose rows Spark counts."""

    def count(self, columns: Columns, progress: Progress | None) -> list[WrittenRow]:
        """Count by group, decision and label as they are written."""
        if self.source.format is not Format.PARQUET:
            raise SparkReadsParquet(file=self.source.name, format=self.source.format.value)
        session = _session(self._limits.threads)
        # Single files are given, so that no folder's name takes the place of a column.
        paths = [str(file.path.absolute()) for file in self.source.files]
        try:
            session.read.parquet(*paths).createOrReplaceTempView(_VIEW)
            rows = session.sql(translated(cube_sql(columns.named, _VIEW), Engine.SPARK)).collect()
        except Exception as error:
            raise _explained(error, self.source.name) from error
        if progress is not None:
            progress(1.0)
        return self._written([tuple(row) for row in rows], columns)


def _explained(error: Exception, file: str) -> AnswerableError:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    if not isinstance(error, PySparkException | Py4JError):
        raise error
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return SparkFailed(file=file, reason=lines[0][:200].rstrip("."))


@cache
def _session(threads: int) -> "SparkSession":
    """Start Spark on this machine, once for the process; it listens to nobody else."""
    settings: dict[str, Any] = {
        "spark.master": f"local[{threads}]",
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        # Two columns that differ by capitals are two columns.
        "spark.sql.caseSensitive": "true",
        "spark.sql.shuffle.partitions": str(max(2, threads)),
    }
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkMissing(reason="the package pyspark is not installed") from None
    builder = SparkSession.builder.appName("answerable")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise SparkMissing(reason=lines[0].rstrip(".")) from error
    session.sparkContext.setLogLevel("OFF")
    return session
