"""Everything that may have been done to a bucket. A case is a function that makes one; its first line of
documentation is its name in docs/verify.md, and what follows says why both programs may differ."""

import gzip

from trail import BAD_FINGERPRINT, OTHER_FINGERPRINT, OTHER_KEY, Chain

CASES = []


def case(make):
    CASES.append(make)
    return make


def chain(bucket, **how):
    """Six hours: two log files, none, one, three, one, two."""
    return Chain(bucket, **how).write(2, 0, 1, 3, 1, 2)


@case
def untouched(bucket):
    """Nothing"""
    chain(bucket)


@case
def no_log_files(bucket):
    """Nothing; hours without log files only"""
    Chain(bucket).write(0, 0, 0)


@case
def log_changed(bucket):
    """A log file was changed"""
    bucket.change(chain(bucket).log_key(3, 1), gzip.compress(b'{"Records":[]}'))


@case
def log_deleted(bucket):
    """A log file was deleted"""
    bucket.remove(chain(bucket).log_key(3, 1))


@case
def log_no_gzip(bucket):
    """A log file is no gzip any more"""
    bucket.change(chain(bucket).log_key(3, 1), b"no gzip")


@case
def log_checksum(bucket):
    """A log file's gzip checksum was changed"""
    key = chain(bucket).log_key(3, 1)
    body = bytearray(bucket.body(key))
    body[-8] ^= 1
    bucket.change(key, bytes(body))


@case
def log_trailing(bucket):
    """Bytes were put behind a log file"""
    key = chain(bucket).log_key(3, 1)
    bucket.change(key, bucket.body(key) + b"more")


@case
def log_twice(bucket):
    """A log file was put behind another"""
    key = chain(bucket).log_key(3, 1)
    bucket.change(key, bucket.body(key) + gzip.compress(b'{"Records":[]}'))


@case
def log_half(bucket):
    """Half of a log file was cut off"""
    key = chain(bucket).log_key(3, 1)
    bucket.change(key, bucket.body(key)[: len(bucket.body(key)) // 2])


@case
def log_short(bucket):
    """The last four bytes of a log file were cut off

    They are no part of its text, which is whole; validate-logs does not notice that a gzip stream
    ends early.
    """
    key = chain(bucket).log_key(3, 1)
    bucket.change(key, bucket.body(key)[:-4])


@case
def log_moved(bucket):
    """A log file was moved to another day's folder"""
    key = chain(bucket).log_key(3, 1)
    bucket.move(key, key.replace("/2026/03/02/", "/2026/03/01/"))


@case
def log_added(bucket):
    """A log file was added

    validate-logs looks only at what digests mention.
    """
    made = chain(bucket)
    bucket.put(made.log_key(3, 4), gzip.compress(b'{"Records":[]}'))


@case
def log_unpacked(bucket):
    """A log file was unpacked, under the same name

    Its text has the hash that the digest has.
    """
    key = chain(bucket).log_key(3, 1)
    bucket.change(key, gzip.decompress(bucket.body(key)))


@case
def digest_changed(bucket):
    """A digest was changed"""
    key = chain(bucket).digest_key(3)
    text = gzip.decompress(bucket.body(key)).replace(b"SHA256withRSA", b"SHA256WithRSA")
    bucket.change(key, gzip.compress(text))


@case
def digest_no_json(bucket):
    """A digest is no JSON any more"""
    bucket.change(chain(bucket).digest_key(3), gzip.compress(b"no JSON"))


@case
def digest_no_gzip(bucket):
    """A digest is no gzip any more"""
    bucket.change(chain(bucket).digest_key(3), b"no gzip")


@case
def digest_without_a_field(bucket):
    """A field was taken out of a digest"""
    key = chain(bucket).digest_key(3)
    text = gzip.decompress(bucket.body(key)).replace(b"digestStartTime", b"digestStart")
    bucket.change(key, gzip.compress(text))


@case
def digest_trailing(bucket):
    """Bytes were put behind a digest

    validate-logs passes over what follows a digest's gzip stream.
    """
    key = chain(bucket).digest_key(3)
    bucket.change(key, bucket.body(key) + b"more")


@case
def digest_deleted(bucket):
    """A digest was deleted"""
    bucket.remove(chain(bucket).digest_key(3))


@case
def first_deleted(bucket):
    """The first digest was deleted"""
    bucket.remove(chain(bucket).digest_key(0))


@case
def newest_deleted(bucket):
    """The newest digest was deleted

    No digest says that there was another; verify notices by the log files that it mentioned.
    """
    bucket.remove(chain(bucket).digest_key(5))


@case
def digest_moved(bucket):
    """A digest was moved to another name of the same day"""
    key = chain(bucket).digest_key(3)
    bucket.move(key, key.replace("T040012Z", "T035912Z"))


@case
def digest_moved_far(bucket):
    """A digest was moved to the folder of a later day

    validate-logs begins with it, finds that it was moved, and never looks at those between.
    """
    key = chain(bucket).digest_key(2)
    bucket.move(key, key.replace("/2026/03/02/", "/2026/03/09/"))


@case
def other_bucket(bucket):
    """All was copied from another bucket"""
    chain(bucket, said="another-bucket")


@case
def unknown_key(bucket):
    """All was signed again by a key that CloudTrail does not have"""
    chain(bucket, key=OTHER_KEY, fingerprint=OTHER_FINGERPRINT)


@case
def forged_key(bucket):
    """The same, under the fingerprint of one that it has"""
    chain(bucket, key=OTHER_KEY)


@case
def bad_key(bucket):
    """The public key is none"""
    chain(bucket, fingerprint=BAD_FINGERPRINT)


@case
def signature_changed(bucket):
    """A signature in the metadata was changed

    Without the metadata the next digest tells the true one.
    """
    made = chain(bucket)
    metadata = bucket.metadata(made.digest_key(3))
    metadata["signature"] = bucket.metadata(made.digest_key(2))["signature"]


@case
def signature_removed(bucket):
    """The signature was taken out of a digest's metadata

    The next digest tells it as well, and it fits.
    """
    bucket.metadata(chain(bucket).digest_key(3)).clear()


@case
def newest_signature_removed(bucket):
    """The same of the newest digest"""
    bucket.metadata(chain(bucket).digest_key(5)).clear()


@case
def off_for_hours(bucket):
    """Nothing; logging was off for some hours"""
    Chain(bucket).write(1, 1)
    Chain(bucket, first=7).write(2, 0, 1)


@case
def backfill(bucket):
    """Nothing; there are backfill digests"""
    chain(bucket)
    Chain(bucket, first=1, backfill=True).write(1, 2)


@case
def backfill_touched(bucket):
    """A backfill digest was deleted and one of their log files changed"""
    chain(bucket)
    made = Chain(bucket, first=1, backfill=True).write(1, 2)
    bucket.remove(made.digest_key(1))
    bucket.change(made.log_key(2, 1), gzip.compress(b"{}"))


@case
def backfill_without_time(bucket):
    """`backfill-generation-timestamp` was taken out of a backfill digest's metadata

    validate-logs needs it to ask for the key; verify has the keys.
    """
    chain(bucket)
    made = Chain(bucket, first=1, backfill=True).write(1, 2)
    del bucket.metadata(made.digest_key(2))["backfill-generation-timestamp"]


@case
def part(bucket):
    """Nothing; asked from 01:30 to 03:01 only"""
    chain(bucket)
    bucket.range = ("2026-03-02T01:30:00Z", "2026-03-02T03:01:00Z")
