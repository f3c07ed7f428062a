"""Opens bucket stores with DuckDB and with pyarrow, and holds what they read against what
`trailspike query` says.

    check.py TRAILSPIKE STORE...
"""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime, timezone

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

SUMS = {
    "day": ["day"],
    "API": ["event_source", "event_name"],
    "error code": ["error_code"],
    "account and Region": ["account", "region"],
}

DUCKDB_TYPES = {
    "minute": "TIMESTAMP WITH TIME ZONE",
    "account": "VARCHAR",
    "region": "VARCHAR",
    "event_source": "VARCHAR",
    "event_name": "VARCHAR",
    "category": "VARCHAR",
    "read_only": "BOOLEAN",
    "identity": "VARCHAR",
    "identity_type": "VARCHAR",
    "user_agent": "VARCHAR",
    "source_ip": "VARCHAR",
    "error_code": "VARCHAR",
    "events": "BIGINT",
    "example_event_id": "BLOB",
    "event_prints": "BLOB",
    "day": "DATE",
}

ARROW_TYPES = {
    "minute": [pa.timestamp("us", tz="UTC")],
    "read_only": [pa.bool_()],
    "events": [pa.int64()],
    "example_event_id": [pa.binary(), pa.large_binary()],
    "event_prints": [pa.binary(), pa.large_binary()],
}
TEXT = [pa.string(), pa.large_string()]


def main(trailspike, *stores):
    problems = []
    for store in stores:
        problems += [f"{store}: {problem}" for problem in Check(trailspike, store).problems()]
    for problem in problems:
        print(f"interop: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"interop: {len(stores)} stores read alike by trailspike, DuckDB and pyarrow")


class Check:
    def __init__(self, trailspike, store):
        self.trailspike = trailspike
        self.store = store
        self.minutes = os.path.join(store, "minutes")
        self.duckdb = duckdb.connect()
        self.duckdb.execute("SET TimeZone = 'UTC'")
        glob = f"{self.minutes}/*/*.parquet".replace("'", "''")
        self.duckdb.execute(
            f"CREATE VIEW minutes AS FROM read_parquet('{glob}', hive_partitioning = true)"
        )
        partitions = ds.partitioning(pa.schema([("day", pa.date32())]), flavor="hive")
        self.arrow = ds.dataset(self.minutes, format="parquet", partitioning=partitions)

    def problems(self):
        yield from self.sums()
        yield from self.times()
        yield from self.files()
        yield from self.types()
        yield from self.row_groups()

    def ask(self, sql):
        """The rows of a query, as trailspike answers it."""
        out = subprocess.run(
            [self.trailspike, "query", "--no-config", "-f", "jsonl", sql, self.store],
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
        return [json.loads(line) for line in out.splitlines()]

    def sums(self):
        """Events by day, API, error code and Region."""
        table = self.arrow.to_table()
        for name, columns in SUMS.items():
            names = ", ".join(columns)
            sql = f"SELECT {names}, SUM(events) AS events FROM minutes GROUP BY {names}"
            ours = Counter()
            for row in self.ask(sql):
                ours[tuple(row[column] for column in columns)] += row["events"]
            text = lambda key: tuple(None if part is None else str(part) for part in key)
            theirs = Counter({text(row[:-1]): row[-1] for row in self.duckdb.execute(sql).fetchall()})
            yield from compare(f"sums by {name}, DuckDB", ours, theirs)
            groups = table.group_by(columns).aggregate([("events", "sum")]).to_pylist()
            theirs = Counter(
                {text(row[column] for column in columns): row["events_sum"] for row in groups}
            )
            yield from compare(f"sums by {name}, pyarrow", ours, theirs)
            if not ours:
                yield f"no sums by {name}"

    def times(self):
        """First and last minute."""
        [ours] = self.ask("SELECT MIN(minute) AS first, MAX(minute) AS last FROM minutes")
        ours = [micros(datetime.fromisoformat(ours[key].replace("Z", "+00:00"))) for key in ("first", "last")]
        sql = "SELECT epoch_us(MIN(minute)), epoch_us(MAX(minute)) FROM minutes"
        [theirs] = self.duckdb.execute(sql).fetchall()
        if ours != list(theirs):
            yield f"minutes from {ours} here, from {theirs} in DuckDB"
        ends = pc.min_max(self.arrow.to_table(columns=["minute"])["minute"]).as_py()
        theirs = [micros(ends["min"]), micros(ends["max"])]
        if ours != theirs:
            yield f"minutes from {ours} here, from {theirs} in pyarrow"
        [[wrong]] = self.duckdb.execute(
            "SELECT COUNT(*) FROM minutes WHERE day <> CAST(minute AS DATE)"
        ).fetchall()
        if wrong:
            yield f"{wrong} rows are in another day's folder"

    def files(self):
        """The ledger."""
        [ours] = self.ask("SELECT COUNT(*) AS files, SUM(records) AS records FROM files")
        glob = f"{self.store}/files/*.parquet".replace("'", "''")
        [theirs] = self.duckdb.execute(f"SELECT COUNT(*), SUM(records) FROM '{glob}'").fetchall()
        if (ours["files"], ours["records"]) != theirs:
            yield f"ledger: {ours} here, {theirs} in DuckDB"

    def types(self):
        """Types that Athena, Spark and DuckDB have."""
        described = self.duckdb.execute("DESCRIBE minutes").fetchall()
        found = {name: kind for name, kind, *_ in described}
        if found != DUCKDB_TYPES:
            yield f"types in DuckDB: {sorted(set(found.items()) ^ set(DUCKDB_TYPES.items()))}"
        schema = self.arrow.schema
        for field in schema:
            wanted = [pa.date32()] if field.name == "day" else ARROW_TYPES.get(field.name, TEXT)
            if field.type not in wanted:
                yield f"type of {field.name} in pyarrow: {field.type}"
        [path, *_] = self.arrow.files
        file = pq.ParquetFile(path)
        for index in range(len(file.schema)):
            column = file.schema.column(index)
            # Plain UTF-8 and signed numbers, which every reader has.
            allowed = {"String", "Timestamp", "None", "Int"}
            kind = str(column.logical_type).split("(")[0]
            if kind not in allowed or "isSigned=false" in str(column.logical_type).lower():
                yield f"logical type of {column.name}: {column.logical_type}"

    def row_groups(self):
        """Statistics let a reader of one API pass over the row groups of others."""
        apis = self.ask(
            "SELECT account, region, event_source, event_name, SUM(events) AS events FROM minutes"
            " GROUP BY account, region, event_source, event_name ORDER BY events"
        )
        for api in (apis[0], apis[len(apis) // 2], apis[-1]):
            keys = ("account", "region", "event_source", "event_name")
            wanted = pc.scalar(True)
            for key in keys:
                wanted = wanted & (pc.field(key) == api[key])
            all_groups, read, events = 0, 0, 0
            for fragment in self.arrow.get_fragments():
                all_groups += fragment.num_row_groups
                left = fragment.subset(wanted)
                read += left.num_row_groups
                if left.num_row_groups:
                    table = left.to_table(columns=["events"], filter=wanted)
                    events += pc.sum(table["events"]).as_py() or 0
            if events != api["events"]:
                yield f"{api}: {events} events in the row groups that may have it"
            # Days of the samples have one group; where there are many, most need not be read.
            if all_groups >= 6 * len(self.arrow.files) and 2 * read > all_groups:
                yield f"{api}: {read} of {all_groups} row groups are to be read"


def micros(time):
    return round(time.astimezone(timezone.utc).timestamp()) * 1_000_000


def compare(what, ours, theirs):
    if ours != theirs:
        differing = [key for key in ours.keys() | theirs.keys() if ours[key] != theirs[key]]
        key = min(differing, key=str)
        yield f"{what}: {len(differing)} differ, such as {key}: {ours[key]} here, {theirs[key]} there"


if __name__ == "__main__":
    main(*sys.argv[1:])
