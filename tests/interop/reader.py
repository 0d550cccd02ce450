#!/usr/bin/env python3
"""A reader that trusts manifests and nothing else: what does a remote hold, whole?

    reader.py ENDPOINT BUCKET        with the keys in the environment
    reader.py FOLDER -

Reads prefixes from standard input, a line each, and answers each with one line:

    none                no pointer
    whole DIGEST N      the pointer, its manifest, and every one of the N objects that it names, of the length and SHA-256
                        that it names, among them all that the dvc.lock leads to; DIGEST is that of dvc.lock
    broken WHY          anything else
"""

import hashlib
import json
import os
import sys

import yaml

class Broken(Exception):
    pass


class Folder:
    """A remote that is a folder."""

    def __init__(self, path):
        self.path = path

    def fetch(self, key):
        try:
            with open(os.path.join(self.path, key), "rb") as f:
                return f.read()
        except FileNotFoundError:
            return None


class Bucket:
    """A remote on an S3 server, by somebody else's client."""

    def __init__(self, endpoint, bucket):
        import botocore.session
        from botocore.config import Config

        self.bucket = bucket
        self.client = botocore.session.get_session().create_client(
            "s3", endpoint_url=endpoint, region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 2}))

    def fetch(self, key):
        from botocore.exceptions import ClientError

        try:
            return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as e:
            if e.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise Broken(str(e)) from e

    def listed(self, prefix):
        """The first thousand keys."""
        return [o["Key"] for o in self.client.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])]

    def remove(self, key):
        self.client.delete_object(Bucket=self.bucket, Key=key)


def objects(document):
    """Whatever in a manifest names a key, with its length and SHA-256."""
    if isinstance(document, dict):
        if "key" in document and "sha256" in document:
            yield document
        for value in document.values():
            yield from objects(value)
    elif isinstance(document, list):
        for value in document:
            yield from objects(value)


def named(fetched, what):
    """The one object that a pointer names."""
    found = list(objects(fetched))
    if len(found) != 1:
        raise Broken(f"{what} names {len(found)} objects")
    return found[0]


def verified(remote, prefix, entry):
    body = remote.fetch(prefix + entry["key"])
    if body is None:
        raise Broken(f"no {entry['key']}")
    if len(body) != entry.get("bytes", entry.get("size", len(body))):
        raise Broken(f"{entry['key']} has {len(body)} bytes")
    if hashlib.sha256(body).hexdigest() != entry["sha256"]:
        raise Broken(f"{entry['key']} has other bytes")
    return body


def needed(bodies):
    """The MD5 of everything that the dvc.lock among the objects leads to."""
    lock = yaml.safe_load(next(b for k, b in bodies.items() if "nightmill/lock/" in k))
    for stage in lock["stages"].values():
        for out in stage.get("outs", []):
            yield out["md5"]
            if out["md5"].endswith(".dir"):
                folder = bodies.get(f"files/md5/{out['md5'][:2]}/{out['md5'][2:]}", b"[]")
                yield from (child["md5"] for child in json.loads(folder))


def verdict(remote, prefix):
    pointer = remote.fetch(prefix + "nightmill/latest.json")
    if pointer is None:
        return "none"
    manifest = json.loads(verified(remote, prefix, named(json.loads(pointer), "the pointer")))
    entries = list(objects(manifest))
    if not entries:
        raise Broken("the manifest names nothing")
    lock = [e for e in entries if "nightmill/lock/" in e["key"]]
    if len(lock) != 1:
        raise Broken(f"{len(lock)} dvc.lock in the manifest")
    bodies = {e["key"]: verified(remote, prefix, e) for e in entries}
    for md5 in needed(bodies):
        if f"files/md5/{md5[:2]}/{md5[2:]}" not in bodies:
            raise Broken(f"the manifest does not name {md5}, which dvc.lock needs")
    return f"whole {lock[0]['sha256']} {len(entries)}"


def main():
    remote = Folder(sys.argv[1]) if sys.argv[1].startswith("/") else Bucket(*sys.argv[1:3])
    for line in sys.stdin:
        prefix = line.strip()
        try:
            answer = verdict(remote, prefix and prefix + "/")
        except (Broken, ValueError, KeyError) as e:
            answer = f"broken {e}"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
