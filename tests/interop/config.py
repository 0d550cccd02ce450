"""Holds what we read of DVC's configuration, the environment and AWS's files against DVC.

    python config.py PROBE MINIO DVC    PROBE is config_probe.c, built; MINIO a server's program; DVC a command

Keys and endpoints: a MinIO with one right pair of keys.  In each row the source that should
win has the right pair and every lower one a wrong pair, and then the other way round: `dvc
push` must succeed, and fail, and the probe must have chosen the same pair.  Regions: a
listener notes the region that DVC signs with.  Files: random ones, and what ConfigObj and
configparser make of them.

Prints "ok - NAME" or "not ok - NAME: why" a check; the exit status is 1 when one failed.
"""

import concurrent.futures
import configparser
import http.server
import itertools
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import configobj

RIGHT = ("rightkey00", "rightsecret00")
WRONG = ("wrongkey00", "wrongsecret00")
RANDOM = 1000 if os.environ.get("EVERY") else 300
CLOSED = "http://127.0.0.1:1"
PROBE, MINIO, DVC = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
failed = False


def report(name, fault=None):
    global failed
    failed = failed or fault is not None
    print(f"not ok - config: {name}: {fault}" if fault else f"ok - config: {name}", flush=True)


def clean(home, **more):
    return {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8", "DVC_NO_ANALYTICS": "1",
            "DVC_SYSTEM_CONFIG_DIR": home + "/system", "AWS_EC2_METADATA_DISABLED": "true", **more}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


class Project:
    """A folder with one tracked file and a home of its own; @H, @D and @E in texts are the
    home, the folder and the endpoint."""

    numbers = itertools.count(1)

    def __init__(self, work, endpoint):
        self.number = next(self.numbers)
        self.folder = f"{work}/project{self.number}"
        self.home = self.folder + ".home"
        self.endpoint = endpoint
        os.makedirs(self.home)
        if self.number == 1:
            os.makedirs(self.folder)
            self.dvc("init", "-q", "--no-scm")
            write(self.folder + "/f", "hello\n")
            self.dvc("add", "-q", "f")
        else:
            shutil.copytree(f"{work}/project1", self.folder)

    def fill(self, text):
        return text.replace("@H", self.home).replace("@D", self.folder).replace("@E", self.endpoint)

    def set(self, remote, files, env):
        head = "[core]\nno_scm = true\nremote = R\n"
        url = f"url = s3://bucket/p{self.number}\n"
        write(self.folder + "/.dvc/config", f"{head}['remote \"r\"']\n{url}{self.fill(remote)}")
        for path, text in files.items():
            write(self.fill(path), self.fill(text))
        self.env = clean(self.home, **{k: self.fill(v) for k, v in env.items()})

    def dvc(self, *args):
        env = getattr(self, "env", clean(self.home))
        return subprocess.run([DVC, *args], cwd=self.folder, env=env, capture_output=True,
                              text=True, timeout=120)

    def probe(self):
        run = subprocess.run([PROBE, "remote"], cwd=self.folder, env=self.env, capture_output=True,
                             text=True, timeout=20)
        if run.returncode:
            return {"error": run.stdout + run.stderr, "status": run.returncode}
        return dict(line.split("\t", 1) for line in run.stdout.splitlines())


def own(key):
    return f"access_key_id = {key[0]}\nsecret_access_key = {key[1]}\n"


def aws(section, key):
    return f"[{section}]\naws_access_key_id = {key[0]}\naws_secret_access_key = {key[1]}\n"


def variables(key):
    return {"AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1]}


# The sources of keys, the first wins: how a pair of keys gets there (the remote's lines, files,
# variables).
LOCAL = ("config.local", lambda k: ("", {"@D/.dvc/config.local": "['remote \"r\"']\n" + own(k)}, {}))
CONFIG = ("config", lambda k: (own(k), {}, {}))
USER = ("the user's config", lambda k: ("", {"@H/.config/dvc/config": "['remote \"r\"']\n" + own(k)}, {}))
SYSTEM = ("the system's config", lambda k: ("", {"@H/system/config": "['remote \"r\"']\n" + own(k)}, {}))
ENV = ("the environment", lambda k: ("", {}, variables(k)))


def shared(section):
    return ("AWS_SHARED_CREDENTIALS_FILE",
            lambda k: ("", {"@H/shared": aws(section, k)}, {"AWS_SHARED_CREDENTIALS_FILE": "@H/shared"}))


def path(section):
    return ("credentialpath", lambda k: ("credentialpath = @H/path\n", {"@H/path": aws(section, k)}, {}))


def home(section):
    return ("~/.aws/credentials", lambda k: ("", {"@H/.aws/credentials": aws(section, k)}, {}))


def home_config(section):
    return ("~/.aws/config", lambda k: ("", {"@H/.aws/config": aws(section, k)}, {}))


# A file that is named replaces the lower ones, so it stands above them with its own section.
# Sources below are never looked at.
CHAINS = {
    "no profile": ("", {}, [LOCAL, CONFIG, USER, SYSTEM, ENV, shared("default"), path("default"),
                            home("default"), home_config("default")], []),
    "profile of the remote": ("profile = m\n", {}, [shared("m"), path("m"), home("m"),
                                                    home_config("profile m")], [ENV]),
    "AWS_PROFILE": ("", {"AWS_PROFILE": "m"}, [ENV, home("m")], [home("default")]),
    "AWS_DEFAULT_PROFILE": ("", {"AWS_DEFAULT_PROFILE": "m", "AWS_PROFILE": "n"},
                            [ENV, home("m")], [home("n")]),
}


def merge(parts):
    remote, files, env = "", {}, {}
    for more, other_files, other_env in parts:
        remote += more
        for name, text in other_files.items():
            files[name] = files.get(name, "") + text
        env.update(other_env)
    return remote, files, env


def check_keys(project, name, base, sources, key, lower):
    """The first source has one pair of keys, the lower ones have the other."""
    remote, files, env = merge([base] + [put(key if i == 0 else lower)
                                         for i, (_, put) in enumerate(sources)])
    project.set("endpointurl = @E\n" + remote, files, env)
    pushed = project.dvc("push").returncode == 0
    found = project.probe()
    if pushed != (key == RIGHT):
        return report(name, f"dvc push {'succeeded' if pushed else 'failed'}")
    if (found.get("access_key"), found.get("secret_key")) != key:
        return report(name, f"DVC takes it, we do not: {found}")
    return report(name)


def chains():
    for title, (remote, env, sources, below) in CHAINS.items():
        files = {"@H/.aws/config": "[profile m]\n"} if env else {}
        for i, (name, _) in enumerate(sources):
            for key, lower, word in ((RIGHT, WRONG, "right"), (WRONG, RIGHT, "wrong")):
                yield (check_keys, f"{title}: {word} keys in {name}", (remote, files, env),
                       sources[i:] + below, key, lower)


# The remote's lines, files, variables; does DVC push?  We must find the right pair where it does,
# and refuse or find another where it does not.
E = "endpointurl = @E\n"
ROWS = {
    "a credentialpath without the file hides ~/.aws": (
        E + "credentialpath = @H/none\n", {"@H/.aws/credentials": aws("default", RIGHT)}, {}, False),
    "a relative credentialpath": (
        E + "credentialpath = keys\n", {"@D/.dvc/keys": aws("default", RIGHT)}, {}, True),
    "a credentialpath with ~": (
        E + "credentialpath = ~/keys\n", {"@H/keys": aws("default", RIGHT)}, {}, True),
    "a profile that is nowhere": (E + "profile = m\n", {}, variables(RIGHT), False),
    "a profile that is nowhere beside keys": (E + "profile = m\n" + own(RIGHT), {}, {}, False),
    "a profile without keys": (
        E, {"@H/.aws/config": "[profile m]\n" + aws("default", RIGHT)}, {"AWS_PROFILE": "m"}, False),
    "AWS_PROFILE that is nowhere": (
        E, {"@H/.aws/credentials": aws("default", RIGHT)}, {"AWS_PROFILE": "m"}, False),
    "[profile default]": (E, {"@H/.aws/config": aws("profile default", RIGHT)}, {}, True),
    "a profile in quotes": (
        E + "profile = my own\n", {"@H/.aws/config": aws('profile "my own"', RIGHT)}, {}, True),
    "an id without a secret": (E + f"access_key_id = {RIGHT[0]}\n", {}, variables(RIGHT), False),
    "an id without a secret in the environment": (
        E, {"@H/.aws/credentials": aws("default", RIGHT)}, {"AWS_ACCESS_KEY_ID": RIGHT[0]}, False),
    "an empty id in the environment": (
        E, {"@H/.aws/credentials": aws("default", RIGHT)}, {"AWS_ACCESS_KEY_ID": ""}, True),
    "keys in quotes in AWS's file": (
        E, {"@H/.aws/credentials": aws("default", ('"%s"' % RIGHT[0], '"%s"' % RIGHT[1]))}, {}, False),
    "keys in quotes in DVC's file": (
        E + own(("'%s'" % RIGHT[0], '"%s" # it' % RIGHT[1])), {}, {}, True),
    "a token of the environment beside own keys": (E + own(RIGHT), {}, {"AWS_SESSION_TOKEN": "x"}, True),
    "an own token beside keys of the environment": (E + "session_token = x\n", {}, variables(RIGHT), True),
    "no keys": (E, {}, {}, False),
    "a key of the remote that nobody knows": (E + own(RIGHT) + "secret_acces_key = x\n", {}, {}, False),
    "a key of the remote that stands twice": (E + own(RIGHT) + own(RIGHT), {}, {}, False),
    "two values where one is meant": (E + own((RIGHT[0] + ",x", RIGHT[1])), {}, {}, False),
    "endpointurl over both variables": (
        E + own(RIGHT), {}, {"AWS_ENDPOINT_URL_S3": CLOSED, "AWS_ENDPOINT_URL": CLOSED}, True),
    "AWS_ENDPOINT_URL_S3 over AWS_ENDPOINT_URL": (
        own(RIGHT), {}, {"AWS_ENDPOINT_URL_S3": "@E", "AWS_ENDPOINT_URL": CLOSED}, True),
    "AWS_ENDPOINT_URL over a profile's": (
        own(RIGHT), {"@H/.aws/config": f"[default]\nendpoint_url = {CLOSED}\n"},
        {"AWS_ENDPOINT_URL": "@E"}, True),
    "a profile's endpoint_url": (own(RIGHT), {"@H/.aws/config": "[default]\nendpoint_url = @E\n"}, {}, True),
    "AWS_CONFIG_FILE over configpath": (
        "configpath = @H/c\n" + own(RIGHT),
        {"@H/c": f"[default]\nendpoint_url = {CLOSED}\n", "@H/d": "[default]\nendpoint_url = @E\n"},
        {"AWS_CONFIG_FILE": "@H/d"}, True),
    "configpath": ("configpath = @H/c\n" + own(RIGHT), {"@H/c": "[default]\nendpoint_url = @E\n"}, {}, True),
    "a slash behind the endpoint": ("endpointurl = @E/\n" + own(RIGHT), {}, {}, True),
}


def check_row(project, name, remote, files, env, wanted):
    project.set(remote, files, env)
    pushed = project.dvc("push").returncode == 0
    found = project.probe()
    ours = ((found.get("access_key"), found.get("secret_key")) == RIGHT
            and found.get("endpoint") == project.endpoint)
    if pushed != wanted:
        report(name, f"dvc push {'succeeded' if pushed else 'failed'}")
    else:
        report(name, None if ours == wanted else f"DVC says {pushed}, we say {found}")


def check_pushes(work, endpoint):
    """Two at a time: DVC takes most of its second to start."""
    jobs = list(chains()) + [(check_row, name, *row) for name, row in ROWS.items()]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda job: job[0](Project(work, endpoint), *job[1:]), jobs):
            pass


class Listener(http.server.BaseHTTPRequestHandler):
    """Refuses every request and keeps what it was signed with."""

    regions = []

    def refuse(self):
        found = re.search(r"Credential=[^/]*/\d+/([^/]*)/s3", self.headers.get("Authorization", ""))
        if found:
            self.regions.append(found.group(1))
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT = do_HEAD = do_POST = refuse

    def log_message(self, *args):
        pass


PROFILE = "[default]\nregion = eu-profile-1\n"
REGIONS = {
    "region": ("region = eu-own-1\n", {"@H/.aws/config": PROFILE}, {"AWS_DEFAULT_REGION": "eu-env-1"}),
    "AWS_DEFAULT_REGION": ("", {"@H/.aws/config": PROFILE},
                           {"AWS_DEFAULT_REGION": "eu-env-1", "AWS_REGION": "eu-other-1"}),
    "the profile's region": ("", {"@H/.aws/config": PROFILE}, {"AWS_REGION": "eu-other-1"}),
    "the region of the remote's profile": (
        "profile = m\n", {"@H/.aws/config": PROFILE + "[profile m]\nregion = eu-m-1\n"}, {}),
    "a region in the credentials file": (
        "", {"@H/.aws/config": PROFILE, "@H/.aws/credentials": "[default]\nregion = eu-keys-1\n"}, {}),
    "no region": ("", {}, {"AWS_REGION": "eu-other-1"}),
}


def check_regions(work):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    for name, (remote, files, env) in REGIONS.items():
        project = Project(work, endpoint)
        project.set(E + own(RIGHT) + remote, files, env)
        Listener.regions.clear()
        project.dvc("push")
        seen, ours = set(Listener.regions), project.probe()
        report(name, None if seen == {ours.get("region")} else f"DVC signs with {seen}, we say {ours}")
    server.shutdown()


def folders(work):
    for url in ("../../out", "sub", "~/out", "@H/./a/../out", "./x/y"):
        project = Project(work, "")
        project.set("", {}, {})
        write(project.folder + "/.dvc/config",
              f"[core]\nno_scm = true\nremote = r\n['remote \"r\"']\nurl = {project.fill(url)}\n")
        pushed = project.dvc("push").returncode == 0
        folder = project.probe().get("folder", "none")
        there = os.path.isdir(os.path.join(project.folder, folder, "files", "md5"))
        report(f"the folder {url}", None if pushed and there else f"we say {folder}")


# Pieces of lines that mean something to one reader or the other.
PIECES = ["a", "b", "key", "=", " = ", " ", "  ", "#", " # ", ";", ",", ", ", "'", '"', "[", "]", "'''",
          ":", "%", "ñ", "/", "\\", "(", ")s", "remote", '"x"', "A", "\t", "core"]


def dvc_reads(path):
    with open(path, "rb") as lines:
        parsed = configobj.ConfigObj(lines).dict()
    rows = []
    for section, values in parsed.items():
        if not isinstance(values, dict) or any(isinstance(v, dict) for v in values.values()):
            raise ValueError("not two levels")
        section = re.sub(r'^remote\s*(".*")$', r"remote \1", section.lower().strip())
        for key, value in values.items():
            rows.append([section, key.lower(), value])
    if len({(s, k) for s, k, _ in rows}) < len(rows) or "" in [k for _, k, _ in rows]:
        raise ValueError("twice, or without a name")
    return rows


def aws_reads(path):
    parser = configparser.RawConfigParser(default_section=None)
    with open(path, encoding="utf-8") as lines:
        parser.read_file(lines)
    return [[section, key, value] for section in parser.sections()
            for key, value in parser.items(section)]


def same(ours, theirs):
    if len(ours) != len(theirs):
        return False
    for (section, key, value, many), (their_section, their_key, theirs_value) in zip(ours, theirs):
        if (section, key) != (their_section.strip(), their_key):
            return False
        if isinstance(theirs_value, list) or "\n" in theirs_value:
            if not many:
                return False
        elif many or value != theirs_value:
            return False
    return True


def check_random(work, dialect, reads, n):
    """Where both read the file, they read the same; we never read what they refuse."""
    rng = random.Random(20260101)
    both, path = 0, work + "/random"
    for _ in range(n):
        lines = []
        for _ in range(rng.randint(1, 3)):
            value = "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 7)))
            lines.append(rng.choice(["k = ", "l=", "m =", "'n' = ", "", "  ", "[", "#"]) + value)
        write(path, "[s]\n" + "\n".join(lines) + "\n")
        run = subprocess.run([PROBE, "ini", dialect, path], capture_output=True, text=True, timeout=20)
        try:
            theirs = reads(path)
        except Exception:
            theirs = None
        ours = None if run.returncode else [json.loads(line) for line in run.stdout.splitlines()]
        if ours is not None and (theirs is None or not same(ours, theirs)):
            return report(f"random files, {dialect}", f"{lines}: {ours}, expected {theirs}")
        both += ours is not None
    return report(f"random files, {dialect}: {both} of {n} read, as the other reads them",
                  None if both > n // 10 else "too few to mean anything")


def start_minio(work):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.makedirs(work + "/server/bucket")
    env = clean(work, MINIO_ROOT_USER=RIGHT[0], MINIO_ROOT_PASSWORD=RIGHT[1])
    server = subprocess.Popen([MINIO, "server", "--address", f"127.0.0.1:{port}", "--quiet",
                               work + "/server"], env=env, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            urllib.request.urlopen(endpoint + "/minio/health/live", timeout=5)
            return server, endpoint
        except OSError:
            time.sleep(0.1)
    server.kill()
    raise SystemExit("MinIO did not start")


def main():
    work = tempfile.mkdtemp(prefix="config.")
    server, endpoint = start_minio(work)
    try:
        check_random(work, "dvc", dvc_reads, RANDOM)
        check_random(work, "aws", aws_reads, RANDOM)
        folders(work)
        check_pushes(work, endpoint)
        check_regions(work)
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(work)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
