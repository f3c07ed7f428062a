"""Counts events per subject and minute in other engines, and runs trailspike over the same files.

    python run.py FOLDER                      each engine's fastest way
    python run.py FOLDER --ways all           every way that was tried

Each way runs in a process of its own, from its start to its end, in turn with the others. What it
does: events per account, Region, source, event name, error code and minute, of all files below
FOLDER that hold one {"Records":[...]} each. Copies of an event are not looked for. trailspike does
more: it drops copies, tells callers, agents and addresses apart, and finds insights.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter

FIELDS = ["recipientAccountId", "awsRegion", "eventSource", "eventName", "errorCode"]
TRAILSPIKE = "trailspike"
# Each engine's fastest way first.
WAYS = {
    "clickhouse": ["typed-time", "extract", "typed", "typed-dictionary", "json", "raw"],
    "duckdb": ["typed", "typed-time", "transform", "extract"],
    "python": ["libdeflate", "zlib"],
}


def clickhouse(way, files, threads):
    import chdb

    def array(time="String", text="String"):
        fields = ", ".join(f"{field} {text}" for field in FIELDS)
        return f"Array(Tuple({fields}, eventTime {time}))"

    def read(kind, columns):
        return f"file('{files}', '{kind}', '{columns}')"

    records = {
        "typed": f"arrayJoin(Records) AS r FROM {read('JSONEachRow', 'Records ' + array())}",
        "typed-time": "arrayJoin(Records) AS r FROM "
        + read("JSONEachRow", "Records " + array("DateTime")),
        "typed-dictionary": "arrayJoin(Records) AS r FROM "
        + read("JSONEachRow", "Records " + array(text="LowCardinality(String)")),
        "extract": f"arrayJoin(JSONExtract(json, 'Records', '{array()}')) AS r FROM "
        + read("JSONAsString", "json String"),
        "json": "arrayJoin(json.Records) AS r FROM "
        + read("JSONAsObject", f"json JSON(Records {array()})"),
        "raw": "arrayJoin(JSONExtractArrayRaw(json, 'Records')) AS r FROM "
        + read("JSONAsString", "json String"),
    }[way]
    if way == "raw":
        keys = [f"JSONExtractString(r, '{field}')" for field in FIELDS]
        minute = "substring(JSONExtractString(r, 'eventTime'), 1, 16)"
    else:
        keys = [f"r.{field}" for field in FIELDS]
        minute = "substring(r.eventTime, 1, 16)"
        if way == "typed-time":
            minute = "toStartOfMinute(r.eventTime)"
    keys = ", ".join(f"{key} AS k{place}" for place, key in enumerate([*keys, minute]))
    query = f"""
        SELECT sum(n), count() FROM (
            SELECT {keys}, count() AS n FROM (SELECT {records}) GROUP BY k0, k1, k2, k3, k4, k5
        ) SETTINGS max_threads = {threads}, input_format_parallel_parsing = 0,
            input_format_skip_unknown_fields = 1,
            input_format_json_ignore_unknown_keys_in_named_tuple = 1
    """
    return [int(figure) for figure in str(chdb.query(query, "CSV")).strip().split(",")]


def duckdb(way, files, threads):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET preserve_insertion_order = false")
    moment = "TIMESTAMP" if way == "typed-time" else "VARCHAR"
    fields = ", ".join(f"{field} VARCHAR" for field in FIELDS)
    # Room for the largest file's one object. As newline_delimited, one of 290 MB fails.
    room = max(16 << 20, max(text_size(file) for file in log_files(files)) + (1 << 20))
    options = f"format = 'unstructured', compression = 'gzip', maximum_object_size = {room}"
    if way.startswith("typed"):
        # Without the last two, every file is looked at twice, which takes several times as long.
        records = f"""unnest(Records) AS r FROM read_json('{files}', {options},
            columns = {{Records: 'STRUCT({fields}, eventTime {moment})[]'}},
            records = true, maximum_sample_files = 1)"""
    else:
        shape = json.dumps([{field: "VARCHAR" for field in [*FIELDS, "eventTime"]}])
        parts = {
            "transform": f"from_json(json -> '$.Records', '{shape}')",
            "extract": "json -> '$.Records[*]'",
        }
        records = f"unnest({parts[way]}) AS r FROM read_json_objects('{files}', {options})"
    value = (lambda field: f"r ->> '$.{field}'") if way == "extract" else (lambda field: f"r.{field}")
    minute = f"left({value('eventTime')}, 16)"
    if way == "typed-time":
        minute = "date_trunc('minute', r.eventTime)"
    keys = ", ".join(f"{key} AS k{n}" for n, key in enumerate([*map(value, FIELDS), minute]))
    return connection.execute(f"""
        SELECT sum(n), count(*) FROM (
            SELECT {keys}, count(*) AS n FROM (SELECT {records}) GROUP BY ALL
        )
    """).fetchone()


def log_files(pattern):
    return sorted(pathlib.Path(pattern.split("/**")[0]).rglob("*.json.gz"))


def text_size(file):
    with open(file, "rb") as packed:
        packed.seek(-4, os.SEEK_END)
        return int.from_bytes(packed.read(4), "little")


def count_files(task):
    way, files = task
    import gzip

    import deflate
    import orjson

    inflate = {"libdeflate": deflate.gzip_decompress, "zlib": gzip.decompress}[way]
    counts = Counter()
    for file in files:
        records = orjson.loads(inflate(file.read_bytes()))["Records"]
        counts.update(
            (
                record["recipientAccountId"],
                record["awsRegion"],
                record["eventSource"],
                record["eventName"],
                record.get("errorCode"),
                record["eventTime"][:16],
            )
            for record in records
        )
    return counts


def python(way, files, threads):
    files = log_files(files)
    with multiprocessing.Pool(threads) as pool:
        shares = [(way, files[number::threads]) for number in range(threads)]
        counts = Counter()
        for share in pool.imap_unordered(count_files, shares):
            counts.update(share)
    return counts.total(), len(counts)


def worker(name, folder, threads):
    """What a process of its own does; prints events and buckets."""
    engine, way = name.split(":")
    run = {"clickhouse": clickhouse, "duckdb": duckdb, "python": python}[engine]
    print(*run(way, f"{folder}/**/*.json.gz", threads))


def measure(name, arguments):
    """Seconds, processor seconds and MiB of one run, and what it counted."""
    with tempfile.TemporaryDirectory() as scratch:
        if name == TRAILSPIKE:
            command = [arguments.trailspike, "detect", arguments.folder, "-f", "jsonl"]
            command += ["-j", str(arguments.threads), "-o", f"{scratch}/insights.jsonl"]
        else:
            command = [sys.executable, __file__, arguments.folder, "--worker", name]
            command += ["--threads", str(arguments.threads)]
        with open(f"{scratch}/out", "w+") as out:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=out, stderr=out)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            out.seek(0)
            text = out.read()
    if status:
        raise SystemExit(f"{name} failed:\n{text}")
    if name == TRAILSPIKE:
        records = next(line for line in text.splitlines() if line.startswith("records"))
        counted = int(records.split()[1].replace(",", "")), None
    else:
        counted = tuple(int(figure) for figure in text.split())
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, counted


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--ways", choices=["fastest", "all"], default="fastest")
    parser.add_argument("--engines", default=",".join(WAYS), help="comma-separated")
    parser.add_argument("--rounds", type=int, default=3, help="after one to warm up")
    parser.add_argument("--threads", type=int, default=2)
    repository = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--trailspike", default=repository / "target/release/trailspike")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        worker(arguments.worker, arguments.folder, arguments.threads)
        return
    names = [TRAILSPIKE]
    for engine in arguments.engines.split(","):
        ways = WAYS[engine] if arguments.ways == "all" else WAYS[engine][:1]
        names += [f"{engine}:{way}" for way in ways]
    runs = {name: [] for name in names}
    for round_number in range(arguments.rounds + 1):
        for name in names:
            run = measure(name, arguments)
            if round_number or arguments.rounds == 0:
                runs[name].append(run)
            print(f"{name} {run[0]:.2f} s", file=sys.stderr)
    counted = {name: run[0][3] for name, run in runs.items()}
    events = {figures[0] for figures in counted.values()}
    buckets = {figures[1] for figures in counted.values()} - {None}
    if len(events) > 1 or len(buckets) > 1:
        raise SystemExit(f"they do not agree: {counted}")
    print(f"{events.pop():,} events, {buckets.pop():,} buckets of subject and minute.\n")
    print("| engine | s (least to most) | times trailspike (least to most) | CPU s | peak MiB |")
    print("|---|--:|--:|--:|--:|")
    own = [run[0] for run in runs[TRAILSPIKE]]
    for name, measured in runs.items():
        seconds, cpu, memory, _ = zip(*measured)
        ratios = [other / ours for other, ours in zip(seconds, own)]
        figures = [spread(seconds), spread(ratios)]
        figures += [f"{statistics.median(cpu):.2f}", f"{statistics.median(memory):.0f}"]
        print(f"| {name} | {' | '.join(figures)} |")


def spread(figures):
    return f"{statistics.median(figures):.2f} ({min(figures):.2f} to {max(figures):.2f})"


if __name__ == "__main__":
    main()
