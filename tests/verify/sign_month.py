"""Writes hourly digests for log files that are there, such as a simulated month's, and the public key, as
if a trail with log file validation had written them all along.

    sign_month.py MONTH      below MONTH/AWSLogs; the key goes to MONTH/keys.json
"""

import gzip
import json
import re
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import trail

NAME = re.compile(r"(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8}T\d{4})Z_\w+\.json\.gz")


def hashed(path):
    return trail.sha256(gzip.decompress(path.read_bytes()))


def main():
    month = Path(sys.argv[1])
    paths = [path for path in sorted(month.glob("AWSLogs/**/*.json.gz")) if NAME.match(path.name)]
    chains = defaultdict(lambda: defaultdict(list))
    with ProcessPoolExecutor() as pool:
        for path, text_hash in zip(paths, pool.map(hashed, paths, chunksize=200)):
            account, region, time = NAME.match(path.name).groups()
            time = datetime.strptime(time, "%Y%m%dT%H%M").replace(tzinfo=timezone.utc)
            # As if it came to the bucket a little later.
            hour = (time - trail.START) // timedelta(hours=1)
            key = str(path.relative_to(month))
            log = {"s3Bucket": "month", "s3Object": key, "hashValue": text_hash}
            chains[account, region][hour].append({**log, "hashAlgorithm": "SHA-256"})
    for (account, region), hours in chains.items():
        trail.ACCOUNT, trail.REGION = account, region
        bucket = trail.Bucket("month")
        chain = trail.Chain(bucket)
        for hour in range(min(hours), max(hours) + 1):
            chain.write_digest(hour, hours[hour])
        for key, (body, metadata) in bucket.objects.items():
            path = month / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        # Of the newest alone is it not in another digest.
        Path(f"{path}.metadata.json").write_text(json.dumps({"Metadata": metadata}))
    (month / "keys.json").write_text(json.dumps({"PublicKeyList": trail.public_keys()}))


if __name__ == "__main__":
    main()
