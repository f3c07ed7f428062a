"""Makes what a trail with log file validation leaves in a bucket: log files and signed digests. Written
from CloudTrail's documentation, apart from the maker that the Rust tests have (trail.rs)."""

import base64
import gzip
import hashlib
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import rsa

ACCOUNT = "111122223333"
REGION = "us-east-1"
TRAIL = "my_trail"
START = datetime(2026, 3, 2, 0, 0, 12, tzinfo=timezone.utc)
FINGERPRINT = "00112233445566778899aabbccddeeff"
OTHER_FINGERPRINT = "ffeeddccbbaa99887766554433221100"
BAD_FINGERPRINT = "0badbadbadbadbadbadbadbadbadbad0"


def private_key(name):
    """One of the keys that sign nothing but tests: PKCS #8, in which the RSA key is what comes last."""
    lines = Path(__file__).with_name(name).read_text().splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("-----BEGIN"))
    der = base64.b64decode("".join(lines[start + 1 : -1]))
    return rsa.PrivateKey.load_pkcs1(der[26:], "DER")


KEY, OTHER_KEY = private_key("test-key-1.pem"), private_key("test-key-2.pem")


def public_keys():
    """What CloudTrail answers to ListPublicKeys."""
    public = rsa.PublicKey(KEY.n, KEY.e).save_pkcs1("DER")
    validity = {"ValidityStartTime": 1_769_900_000, "ValidityEndTime": 1_780_000_000}
    keys = {FINGERPRINT: public, BAD_FINGERPRINT: b"no key"}
    return [
        {"Value": base64.b64encode(value).decode(), "Fingerprint": fingerprint, **validity}
        for fingerprint, value in keys.items()
    ]


def sha256(text):
    return hashlib.sha256(text).hexdigest()


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Bucket:
    """Objects by key, each with its metadata."""

    def __init__(self, name):
        self.name = name
        self.objects = {}
        self.range = ("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z")

    def put(self, key, body, **metadata):
        names = {name.replace("_", "-"): value for name, value in metadata.items()}
        self.objects[key] = (body, names)

    def body(self, key):
        return self.objects[key][0]

    def change(self, key, body):
        """Another body under the same metadata."""
        self.objects[key] = (body, self.objects[key][1])

    def metadata(self, key):
        return self.objects[key][1]

    def remove(self, key):
        return self.objects.pop(key)

    def move(self, key, to):
        self.objects[to] = self.objects.pop(key)


class Chain:
    """A chain of digests in a bucket, from an hour on."""

    def __init__(self, bucket, first=0, backfill=False, key=KEY, fingerprint=FINGERPRINT, said=None):
        self.bucket, self.first, self.backfill = bucket, first, backfill
        self.key, self.fingerprint = key, fingerprint
        self.said = said or bucket.name
        self.previous = None
        self.hour = first

    def digest_key(self, hour):
        end = START + timedelta(hours=hour + 1)
        ending = "_backfill" if self.backfill else ""
        return (
            f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/{REGION}/{end:%Y/%m/%d}/{ACCOUNT}_CloudTrail-Digest_"
            f"{REGION}_{TRAIL}_{REGION}_{end:%Y%m%dT%H%M%SZ}{ending}.json.gz"
        )

    def log_key(self, hour, index):
        time = START + timedelta(hours=hour, minutes=5 + 5 * index)
        kind = "B" if self.backfill else "L"
        return (
            f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/{time:%Y/%m/%d}/{ACCOUNT}_CloudTrail_{REGION}_"
            f"{time:%Y%m%dT%H%MZ}_{kind}{hour:07}{index:08}.json.gz"
        )

    def write(self, *log_files):
        """A digest an hour, each with so many log files."""
        for number in log_files:
            logs = [self.write_log(self.hour, index) for index in range(number)]
            self.write_digest(self.hour, logs)
            self.hour += 1
        return self

    def write_log(self, hour, index):
        key = self.log_key(hour, index)
        time = stamp(START + timedelta(hours=hour, minutes=index))
        events = [{"eventTime": time, "eventName": "RunInstances", "n": n} for n in range(40)]
        text = json.dumps({"Records": events}).encode()
        self.bucket.put(key, gzip.compress(text))
        return {
            "s3Bucket": self.said,
            "s3Object": key,
            "hashValue": sha256(text),
            "hashAlgorithm": "SHA-256",
            "newestEventTime": time,
            "oldestEventTime": time,
        }

    def write_digest(self, hour, logs):
        key = self.digest_key(hour)
        end = stamp(START + timedelta(hours=hour + 1))
        before = self.previous
        text = json.dumps(
            {
                "awsAccountId": ACCOUNT,
                "digestStartTime": stamp(START + timedelta(hours=hour)),
                "digestEndTime": end,
                "digestS3Bucket": self.said,
                "digestS3Object": key,
                "digestPublicKeyFingerprint": self.fingerprint,
                "digestSignatureAlgorithm": "SHA256withRSA",
                "newestEventTime": end if logs else None,
                "oldestEventTime": end if logs else None,
                "previousDigestS3Bucket": before and self.said,
                "previousDigestS3Object": before and before["key"],
                "previousDigestHashValue": before and before["hash"],
                "previousDigestHashAlgorithm": before and "SHA-256",
                "previousDigestSignature": before and before["signature"],
                "logFiles": logs,
            }
        ).encode()
        signed = "\n".join(
            [end, f"{self.said}/{key}", sha256(text), before["signature"] if before else "null"]
        )
        signature = rsa.sign(signed.encode(), self.key, "SHA-256").hex()
        metadata = {"signature": signature, "signature_algorithm": "SHA256withRSA"}
        if self.backfill:
            metadata["backfill_generation_timestamp"] = stamp(START + timedelta(hours=hour + 5))
        self.bucket.put(key, gzip.compress(text), **metadata)
        self.previous = {"key": key, "hash": sha256(text), "signature": signature}
