"""The remote's part of `make bench`: bin/push and bin/pull against DVC and MinIO's own client, in one run on one server.

Each figure is the median of several runs that take turns; every push goes to a place of its own, every pull into an
empty cache and workspace.  What is in the way is moved aside and deleted with everything else at the end, since a file
system that has just lost many files is slow for minutes.  Memory is the peak of one process, as the kernel counts it.
"""

import itertools
import os
import re
import secrets
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOLS = os.path.join(ROOT, ".tools", "bin")
DVC = os.path.join(ROOT, ".venv", "bin", "dvc")
BIN = os.path.join(ROOT, "bin")
FILES, EACH, LARGE = 1000, 10_000, 200_000_000
MEMORY, ROOM = "/dev/shm", 6 << 30


class Server:
    """A MinIO of our own."""

    def __init__(self, scratch):
        self.scratch = scratch
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        access, secret = "user" + secrets.token_hex(8), secrets.token_hex(16)
        self.endpoint = f"http://127.0.0.1:{port}"
        home = os.path.join(scratch, "home")
        os.makedirs(home)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        self.env.update(HOME=home, XDG_CONFIG_HOME=home, XDG_CACHE_HOME=home, DVC_SITE_CACHE_DIR=home + "/site", DVC_NO_ANALYTICS="1",
                        AWS_ACCESS_KEY_ID=access, AWS_SECRET_ACCESS_KEY=secret,
                        MC_HOST_bench=f"http://{access}:{secret}@127.0.0.1:{port}", MC_CONFIG_DIR=os.path.join(scratch, "mc"))
        env = {**self.env, "MINIO_ROOT_USER": access, "MINIO_ROOT_PASSWORD": secret, "MINIO_BROWSER": "off"}
        self.process = subprocess.Popen(
            [os.path.join(TOOLS, "minio"), "server", "--quiet", "--address", f"127.0.0.1:{port}", os.path.join(scratch, "store")],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.endpoint + "/minio/health/ready", timeout=1)
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.mc("mb", "bench/bench")

    def mc(self, *arguments):
        subprocess.run(self.mc_command(*arguments), check=True, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def mc_command(self, *arguments):
        return [os.path.join(TOOLS, "mc"), "--quiet", *arguments]

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Project:
    """A DVC project of one stage that makes one output."""

    moved = itertools.count()

    def __init__(self, server, name, out, command):
        self.server, self.out = server, out
        self.folder = os.path.join(server.scratch, name)
        os.makedirs(self.folder)
        with open(os.path.join(self.folder, "dvc.yaml"), "w") as f:
            f.write(f"stages:\n  make:\n    cmd: {command}\n    outs: [{out}]\n")
        self.run([DVC, "init", "-q", "--no-scm"])
        self.remote("none")
        self.run([DVC, "repro", "-q"])
        self.many = os.path.isdir(os.path.join(self.folder, out))

    def remote(self, place):
        with open(os.path.join(self.folder, ".dvc", "config"), "w") as f:
            f.write("[core]\n    remote = bench\n    no_scm = True\n    analytics = false\n    check_update = false\n"
                    "['remote \"bench\"']\n" f"    url = s3://bench/{place}\n    endpointurl = {self.server.endpoint}\n")

    def run(self, command):
        """Seconds of a command in the project.

        What the one before left to be written back is not this one's to wait for."""
        os.sync()
        begin = time.perf_counter()
        done = subprocess.run(command, cwd=self.folder, env=self.server.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        seconds = time.perf_counter() - begin
        if done.returncode:
            raise SystemExit(f"{command}: status {done.returncode}\n{done.stderr}")
        return seconds

    def peak(self, command):
        """Peak MiB of a command, in a run of its own.

        What wait4 says would be ours, from before the exec, so the last that the kernel said meanwhile counts."""
        process = subprocess.Popen(command, cwd=self.folder, env=self.server.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        most = 0
        while process.poll() is None:
            with open(f"/proc/{process.pid}/status") as f:
                said = re.search(r"VmHWM:\s+(\d+) kB", f.read())
            with open(f"/proc/{process.pid}/cmdline") as f:
                most = max(most, int(said.group(1))) if said and f.read().startswith(command[0]) else most
            time.sleep(0.001)
        return most / 1024

    def aside(self, *paths):
        """Moves them out of the way; the scratch area is deleted as a whole.  One large file goes at once: writing it out
        would disturb more."""
        away = os.path.join(self.server.scratch, "aside")
        os.makedirs(away, exist_ok=True)
        for path in paths:
            path = os.path.join(self.folder, path)
            if not os.path.exists(path):
                continue
            moved = os.path.join(away, str(next(self.moved)))
            os.rename(path, moved)
            if not self.many:
                subprocess.run(["rm", "-rf", moved], check=True)

    def empty(self):
        """What a fresh clone has: neither outputs, nor cache, nor what DVC remembers."""
        self.aside(self.out, ".dvc/cache", ".dvc/tmp", os.path.join(self.server.scratch, "home", "site"))


def there_and_back(line, project, runs, label, aims):
    """Push to an empty place and pull from it, by the three in turn."""
    path = os.path.join(project.folder, project.out)
    work = project.out
    push = {"ours": [], "DVC": [], "mc": []}
    pull = {"ours": [], "DVC": [], "mc": []}
    recursive = ["--recursive"] if project.many else []
    for i in range(runs):
        for who, command in [("ours", [f"{BIN}/push", "--quiet"]), ("DVC", [DVC, "push", "-q"]),
                             ("mc", project.server.mc_command("cp", *recursive, path, f"bench/bench/{work}-mc-{i}/"))]:
            project.remote(f"{work}-{who}-{i}")
            push[who].append(project.run(command))
        for who, command in [("ours", [f"{BIN}/pull", "--quiet"]), ("DVC", [DVC, "pull", "-q"]),
                             ("mc", project.server.mc_command("cp", *recursive, f"bench/bench/{work}-mc-{i}/", path + ".mc/"))]:
            if who == "mc" and not recursive:
                command[-2] += os.path.basename(path)
            project.remote(f"{work}-{who}-{i}")
            project.empty()
            pull[who].append(project.run(command))
            project.aside(path + ".mc")
            if who == "mc":
                project.remote(f"{work}-ours-{i}")
                project.run([f"{BIN}/pull", "--quiet"])
        for who in push if not project.many else []:
            project.server.mc("rm", "--recursive", "--force", f"bench/bench/{work}-{who}-{i}/")
    project.remote(f"{work}-memory")
    peaks = [project.peak([f"{BIN}/push", "--quiet"]), project.empty(), project.peak([f"{BIN}/pull", "--quiet"])]
    for name, times in [("push", push), ("pull", pull)]:
        ours = statistics.median(times["ours"])
        line(f"{name} {label}", ours, "DVC", statistics.median(times["DVC"]), aims[0])
        line("", ours, "mc", statistics.median(times["mc"]), aims[1])
    print(f"  peak memory of push {peaks[0]:.1f} MiB, of pull {peaks[2]:.1f} MiB (aim: 64)", flush=True)


def at_rest(line, project, runs):
    """A push with nothing to do, and status without a remote."""
    project.remote(f"{project.out}-ours-{runs - 1}")
    project.run([f"{BIN}/push", "--quiet"])
    ours = statistics.median([project.run([f"{BIN}/push", "--quiet"]) for _ in range(15)])
    line("push, nothing to do", ours, "DVC", statistics.median([project.run([DVC, "push", "-q"]) for _ in range(3)]), "0.100 s")
    ours = statistics.median([project.run([f"{BIN}/status", "--local"]) for _ in range(15)])
    line("status, without a remote", ours, "DVC", statistics.median([project.run([DVC, "status", "-q"]) for _ in range(3)]), "0.010 s")


def places():
    """Where it is measured: in memory, where the disk's state does not decide, then on the disk."""
    there = shutil.disk_usage(MEMORY).free if os.path.isdir(MEMORY) else 0
    return [("in memory", MEMORY)] * (there >= ROOM) + [("on the disk", None)]


def bench(line):
    """Prints the table's lines; says what is missing instead where something is."""
    for tool in [DVC, os.path.join(TOOLS, "minio"), os.path.join(TOOLS, "mc")]:
        if not os.path.exists(tool):
            print(f"(push and pull: no {os.path.relpath(tool, ROOT)}; ./setup bench makes it)")
            return
    for name, place in places():
        print(f"push and pull, {name}:")
        with tempfile.TemporaryDirectory(dir=place) as scratch:
            bench_at(line, scratch)


def bench_at(line, scratch):
    """The same, with everything in one folder."""
    server = Server(scratch)
    try:
        many = Project(server, "many", "many", f"mkdir many && head -c {FILES * EACH} /dev/urandom | split -b {EACH} -a 3 - many/f")
        there_and_back(line, many, 5, "1,000 files of 10 KB", ["3.3 x", "2.0 x"])
        at_rest(line, many, 5)
        large = Project(server, "large", "large", f"head -c {LARGE} /dev/urandom >large")
        there_and_back(line, large, 5, "one file of 200 MB", ["3.3 x", "1.0 x"])
    finally:
        server.stop()
