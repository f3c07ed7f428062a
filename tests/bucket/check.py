"""Uploads a simulated month to an S3 server and holds what the program tells of it there against
what it tells of the files on disk.

    check.py moto|localbucket ENDPOINT TRAILSPIKE MONTH
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
from botocore.config import Config

server, endpoint, trailspike, month = sys.argv[1:]
month = Path(month)
keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}


def client(service, keys=keys):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        config=Config(max_pool_connections=16, s3={"addressing_style": "path"}),
    )


def wait():
    for _ in range(600):
        try:
            urllib.request.urlopen(endpoint, timeout=5)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{server} does not answer")


def run(*arguments, code=0, keys=keys, **environment):
    environment = {**os.environ, **keys, "AWS_ENDPOINT_URL": endpoint, **environment}
    done = subprocess.run([trailspike, *map(str, arguments)], capture_output=True, env=environment)
    told = done.stderr.decode(errors="replace")
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{told}"
    return done.stdout, told


def upload():
    s3 = client("s3")
    s3.create_bucket(Bucket="my-trail")
    s3.create_bucket(Bucket="my-counts")
    files = [path for path in sorted(month.rglob("*")) if path.is_file() and path.suffix == ".gz"]
    assert len(files) > 1000, f"{len(files)} files"
    with ThreadPoolExecutor(8) as pool:
        put = lambda path: s3.put_object(
            Bucket="my-trail", Key=f"prefix/{path.relative_to(month)}", Body=path.read_bytes()
        )
        list(pool.map(put, files))
    return len(files)


def same(*flags):
    logs = month / "AWSLogs"
    started = time.monotonic()
    disk, _ = run("detect", logs, "-f", "json", *flags)
    between = time.monotonic()
    bucket, told = run("detect", "s3://my-trail/prefix", "-f", "json", *flags)
    assert bucket == disk, f"{flags}: other insights than from disk"
    assert flags or json.loads(bucket), "no insights at all"
    seconds = f"{between - started:.1f} s from disk, {time.monotonic() - between:.1f} s from {server}"
    print(f"{server}: the same bytes: {' '.join(flags) or 'everything'} ({seconds})")


def days():
    """The folders of the first two days, below the month."""
    return sorted({path.parent.relative_to(month) for path in month.rglob("*.json.gz")})[:2]


def stores():
    first, second = days()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        run("count", month / first, month / second, "-o", store)
        run("count", f"s3://my-trail/prefix/{first}", "-o", "s3://my-counts/store")
        both = [f"s3://my-trail/prefix/{day}" for day in (first, second)]
        _, told = run("count", *both, "-o", "s3://my-counts/store")
        assert "counted before" in told, told
        run("count", "--check", "s3://my-counts/store")
        query = "select event_name, sum(events) from minutes group by event_name order by event_name"
        asked = ["--event-source", "ec2.amazonaws.com", "--event-name", "DescribeInstances"]
        asked += ["-f", "json"]
        minute = ["--at", f"{'-'.join(first.parts[-3:])}T10:00"]
        for command in [["query", query], ["series", *asked], ["explain", *minute, *asked]]:
            disk, _ = run(*command, store)
            bucket, _ = run(*command, "s3://my-counts/store")
            assert bucket == disk, f"{command[0]}: the store in the bucket tells something else"
        run("merge", "s3://my-counts/store", store, "-o", "s3://my-counts/both")
        both = [run("query", query, place)[0] for place in [store, "s3://my-counts/both"]]
        assert both[0] == both[1], "the merged store tells something else"
    print(f"{server}: a store was written, resumed, merged and read")


def policies():
    """The policies of docs/s3.md are enough, and less is not."""
    texts = re.findall(r"```json\n(.*?)```", Path("docs/s3.md").read_text(), re.S)
    read, write = (json.loads(text) for text in texts)
    iam = client("iam")

    def user(name, statements):
        iam.create_user(UserName=name)
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        }

    reader = user("reader", read["Statement"])
    counter = user("counter", read["Statement"] + write["Statement"])
    lister = user("lister", [s for s in read["Statement"] if s["Action"] == "s3:ListBucket"])
    nobody = user("nobody", [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}])
    # From now on requests are held against policies.
    bytes = {"Content-Type": "application/octet-stream"}
    urllib.request.urlopen(
        urllib.request.Request(f"{endpoint}/moto-api/reset-auth", b"0", bytes, method="POST")
    )
    day = f"s3://my-trail/prefix/{days()[0]}"
    run("detect", day, "-q", keys=reader)
    run("count", day, "-q", "-o", "s3://my-counts/store", keys=counter)
    run("detect", "s3://my-counts/store", "-q", keys=counter)
    for who, what in [
        (reader, ["count", day, "-o", "s3://my-counts/store"]),
        (nobody, ["detect", day]),
        (lister, ["detect", day]),
    ]:
        _, told = run(*what, keys=who, code=3)
        assert "access denied" in told, told
    wrong = {**reader, "AWS_SECRET_ACCESS_KEY": "wrong"}
    _, told = run("detect", day, keys=wrong, code=3)
    assert "does not accept these credentials" in told, told
    print(f"{server}: the policies of docs/s3.md are enough, and less is refused")


wait()
print(f"{server}: {upload()} files uploaded")
same()
third = "-".join(days()[1].parts[-3:])
same("--to", third)
_, told = run("detect", "s3://nowhere", code=3)
assert "no such bucket" in told, told
if server == "moto":
    stores()
    policies()
