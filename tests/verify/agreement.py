"""Holds `trailspike verify` against `aws cloudtrail validate-logs`, on the same objects in every case of
cases.py, and makes the table of docs/verify.md.

    agreement.py TRAILSPIKE [--write]

The client is the real one. Its objects are in moto on loopback; what moto does not know, the public keys,
a few lines here answer, to both. verify reads what `aws s3 sync` and `aws s3api head-object` leave in a
folder, with the keys that the client printed; and the bucket itself, with keys that it fetches.
With --write the table in docs/verify.md is made anew, otherwise it must be as it is made.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
from botocore.config import Config

from cases import CASES
from trail import ACCOUNT, REGION, TRAIL, Bucket, public_keys

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "verify.md"
BEGIN, END = "<!-- agreement: begin -->\n", "<!-- agreement: end -->\n"
BIN = Path(sys.executable).parent


class Keys(BaseHTTPRequestHandler):
    """CloudTrail's ListPublicKeys: the keys of the Region that were valid in the time asked for."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"]
        scope = f"/{REGION}/cloudtrail/aws4_request"
        keys = [
            key
            for key in public_keys()
            if asked["StartTime"] <= key["ValidityEndTime"]
            and key["ValidityStartTime"] <= asked.get("EndTime", time.time())
        ]
        is_right = operation.endswith(".ListPublicKeys") and scope in self.headers["Authorization"]
        body = json.dumps({"PublicKeyList": keys}).encode()
        self.send_response(200 if is_right else 400)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Client:
    """The AWS command line, with both servers behind it."""

    def __init__(self, s3, keys):
        self.s3, self.keys = s3, keys
        places = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            **places,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL_S3": s3,
            "AWS_ENDPOINT_URL_CLOUDTRAIL": keys,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
            # Both of its streams in the order in which it writes.
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, *words):
        return subprocess.run(
            [BIN / "aws", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def validate(self, bucket):
        arn = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/{TRAIL}"
        start, end = bucket.range
        return self.run(
            *["cloudtrail", "validate-logs", "--endpoint-url", self.keys, "--trail-arn", arn],
            *["--start-time", start, "--end-time", end, "--s3-bucket", bucket.name, "--verbose"],
        )


def start_moto(port):
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/").close()
            return server
        except OSError:
            assert server.poll() is None, "moto has ended"
            time.sleep(0.1)
    server.kill()
    raise SystemExit("moto does not answer")


def free_port():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    server.server_close()
    return server.server_port


def upload(bucket, s3):
    s3.create_bucket(Bucket=bucket.name)
    for key, (body, metadata) in bucket.objects.items():
        s3.put_object(Bucket=bucket.name, Key=key, Body=body, Metadata=metadata)


def download(bucket, s3, folder):
    """What `aws s3 sync` leaves there, and what `aws s3api head-object` prints beside digests."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket.name):
        for item in page["Contents"]:
            path = folder / item["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket.name, item["Key"], str(path))


def heads(bucket, s3, folder):
    for key in bucket.objects:
        if "CloudTrail-Digest" in key:
            head = s3.head_object(Bucket=bucket.name, Key=key)
            del head["ResponseMetadata"]
            (folder / f"{key}.metadata.json").write_text(json.dumps(head, default=str))


class Said:
    """What a program says: in the trail's block and after it, and by its exit code."""

    def __init__(self, run):
        self.code, self.text = run.returncode, run.stdout
        lines = run.stdout.splitlines()
        counts = [at for at, line in enumerate(lines) if " files valid" in line]
        end = counts[-1] + 1 if counts else len(lines)
        self.files, self.strays = statuses(lines[:end]), statuses(lines[end:])
        self.gaps = [line for line in lines if "No log files were delivered" in line]
        title = next((at for at, line in enumerate(lines) if line == ""), 0)
        asked = next((at for at, line in enumerate(lines) if line.startswith("Results requested")), 0)
        # validate-logs cannot tell where a file is that is not there.
        self.block = [line.split(" (a file of this name")[0] for line in lines[title:end]]
        self.block[asked - title : asked - title + 1] = []


def statuses(lines):
    """Verdicts by kind and name of file."""
    lines = [line.split("\t") for line in lines if line.count("\t") == 2]
    return {(kind, name): verdict.split(" (a file of")[0] for kind, name, verdict in lines}


def in_words(files):
    """For the table: how many files are how, but for valid ones and what follows from others."""
    unsaid = ["valid", "NOT PROVEN: it is as its digest says, which is not proven"]
    kinds = Counter((kind, verdict) for (kind, _), verdict in files.items() if verdict not in unsaid)
    words = []
    for (kind, verdict), number in kinds.items():
        verdict = re.sub(r" (for|with) fingerprint \w+", " …", verdict)
        files = kind.lower() + ("" if number == 1 else "s")
        words.append(f"{number} {files} {verdict}")
    return words


def verify(trailspike, bucket, place, *flags, env=None):
    start, end = bucket.range
    return Said(
        subprocess.run(
            [trailspike, "verify", "--quiet", "--verbose"]
            + ["--from", start, "--to", end, *flags, place],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    )


def look_at(make, trailspike, client, place):
    """What is said in one case: of what differs, and for the table."""
    bucket = Bucket(make.__name__.replace("_", "-"))
    make(bucket)
    s3 = boto3.client(
        "s3",
        endpoint_url=client.s3,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(proxies={}),
    )
    upload(bucket, s3)
    folder = place / bucket.name
    folder.mkdir()
    if make is CASES[0]:
        run = client.run("s3", "sync", "--quiet", f"s3://{bucket.name}", str(folder))
        assert run.returncode == 0, run.stdout
    else:
        download(bucket, s3, folder)
    amazon = Said(client.validate(bucket))
    given = ["--bucket", bucket.name, "--public-keys", place / "keys.json"]
    copy = verify(trailspike, bucket, folder, *given)
    heads(bucket, s3, folder)
    ours = verify(trailspike, bucket, folder, *given)
    address, fetched = f"s3://{bucket.name}", "--fetch-keys"
    there = verify(trailspike, bucket, address, fetched, env=client.environment)
    what, _, why = make.__doc__.partition("\n")
    why = " ".join(why.split())
    return {
        "what": what,
        "why": why,
        "amazon": amazon,
        "ours": ours,
        "copy": copy,
        "there": there,
        "is same": same(amazon, ours),
    }


def same(amazon, ours):
    """Whether both say the same, byte for byte, from the first status line to the last count."""
    return (amazon.code, amazon.block) == (ours.code, ours.block)


def check(case):
    """What may differ has a reason, and nothing has a reason that is alike."""
    amazon, ours, copy, there = (case[who] for who in ["amazon", "ours", "copy", "there"])
    strays = [
        {(kind, name.rsplit("/", 1)[-1]): verdict for (kind, name), verdict in said.strays.items()}
        for said in [ours, there]
    ]
    if (there.code, there.block) != (ours.code, ours.block) or strays[0] != strays[1]:
        yield "in the bucket itself it is not the same"
    if not case["why"] and not case["is same"]:
        yield "differs, and nothing says why"
    if case["why"] and case["is same"] and copy.code == ours.code:
        yield "is the same, and something says why it is not"
    if not case["why"] and amazon.code != 0 and 0 in (ours.code, copy.code):
        yield "verify is satisfied"
    if not case["why"] and {
        file
        for file, verdict in amazon.files.items()
        if verdict != "valid" and copy.files.get(file) == "valid"
    }:
        yield "in a copy something else is valid"


def table(cases):
    yield "| what was done | `validate-logs` | `verify` | more without metadata |\n"
    yield "|---|---|---|---|\n"
    notes = []
    for case in cases:
        mark = ""
        if case["why"]:
            notes.append(case["why"])
            mark = f" ({len(notes)})"
        amazon, ours, copy = (case[who] for who in ["amazon", "ours", "copy"])
        first = in_words(amazon.files) + ["a gap"] * len(amazon.gaps)
        second = ["the same"] if case["is same"] else in_words(ours.files)
        if ours.strays:
            second.append("then " + ", ".join(in_words(ours.strays)))
        more = {
            file: verdict
            for file, verdict in {**copy.files, **copy.strays}.items()
            if verdict != {**ours.files, **ours.strays}.get(file)
        }
        columns = [
            f"{'; '.join(words) or 'all valid'}: {said.code}"
            for words, said in [(first, amazon), (second, ours)]
        ]
        third = "; ".join(in_words(more)) or "nothing"
        yield f"| {case['what']}{mark} | {columns[0]} | {columns[1]} | {third}: {copy.code} |\n"
    yield "\n"
    for number, note in enumerate(notes, 1):
        yield f"{number}. {note}\n"


def main():
    trailspike = Path(sys.argv[1]).resolve()
    servers = []
    try:
        with tempfile.TemporaryDirectory() as place:
            place = Path(place)
            keys = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
            threading.Thread(target=keys.serve_forever, daemon=True).start()
            port = free_port()
            servers.append(start_moto(port))
            client = Client(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{keys.server_port}")
            listed = client.run(
                *["cloudtrail", "list-public-keys", "--endpoint-url", client.keys],
                *["--start-time", "2026-03-01", "--output", "json"],
            )
            assert listed.returncode == 0, listed.stdout
            (place / "keys.json").write_text(listed.stdout)
            with ThreadPoolExecutor(3) as pool:
                cases = list(
                    pool.map(lambda make: look_at(make, trailspike, client, place), CASES)
                )
    finally:
        for server in servers:
            server.kill()
    wrong = False
    for case in cases:
        for what in check(case):
            wrong = True
            print(f"{case['what']}: {what}")
            for who in ["amazon", "ours", "copy", "there"]:
                print(f"--- {who}: {case[who].code}\n{case[who].text}")
    if wrong:
        raise SystemExit("validate-logs and verify do not agree")
    before, rest = DOCS.read_text().split(BEGIN)
    old, after = rest.split(END)
    new = "".join(table(cases))
    if "--write" in sys.argv[2:]:
        DOCS.write_text(before + BEGIN + new + END + after)
    elif old != new:
        print(new)
        raise SystemExit("the table in docs/verify.md is not this one: agreement.py --write")
    differ = sum(not case["is same"] for case in cases)
    print(f"{len(cases)} cases, {len(cases) - differ} alike to the byte, {differ} differ as told")


if __name__ == "__main__":
    main()
