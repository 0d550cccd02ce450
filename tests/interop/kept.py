"""What a peer said, kept by digest of what it was asked: a second run does not ask again."""
import hashlib
import json
import os


def kept(folder, key, work):
    """The result of work(), a JSON value; key is bytes that say all that it depends on."""
    path = os.path.join(folder, hashlib.sha256(key).hexdigest()[:32] + ".json")
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        with open(f"{path}.{os.getpid()}.tmp", "w") as f:
            json.dump(work(), f)
        os.replace(f"{path}.{os.getpid()}.tmp", path)
    with open(path) as f:
        return json.load(f)
