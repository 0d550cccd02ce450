"""Everything at once: make, push, pull, gc, status and real DVC at random times on one project and its clone, each with
SIGKILL now and then, on one remote.  Then a rest, and the questions that count:

    where bin/status or dvc status says that all is up to date, are the artifacts what the data give?
    is every object that the remote's pointer leads to there, with its bytes?
    does make train run again, and push after it: is no lock stuck?
    is everything outside of the project as it was?

    soak.py ROOT WORK KIND SECONDS [SEED]      KIND: folder, or the endpoint of an S3 server that has a bucket "soak"

ROOT is the tree with its executables; WORK an empty folder.  Prints `ok - …` and `not ok - …`; what was done stands in
WORK/log, with the seed that begins the same sequence (times differ).
"""

import collections
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import reader

STATES = 4  # of the data
WORKERS = 3
ROUND_S = 1.0  # on average, of everything at once before a rest
WHOLE_S = 12  # between two rests at which DVC is asked and everything runs again
LIMIT_S = 120  # of one command: longer is stuck
PATIENCE_S = 60  # at rest, for everything that a kill left running
KILLED = 0.35  # of the commands

root, work, kind, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
seed = int(sys.argv[5]) if len(sys.argv) > 5 else int.from_bytes(os.urandom(4), "big")
dice = random.Random(seed)
dvc = os.path.join(root, ".venv/bin/dvc")
PRICE = "data/milk/precio_leche.csv"
TELL_OF_THE_PAST = ("/verdict.json", "/report.html", "/report.json")
log = open(os.path.join(work, "log"), "w", buffering=1)
failed = 0


def note(*words):
    print(f"{time.monotonic() - begun:8.3f}", *words, file=log)


def verdict(good, what, why=""):
    global failed
    print(("ok" if good else "not ok") + f" - soak: {name}: {what}")
    if not good:
        failed = 1
        print(f"  seed {seed}; {why}")


# The commands, and how often each is drawn in the project and in its clone.
COMMANDS = {
    "make train": (["make", "train"], 5, 2),
    "bin/push": (["bin/push"], 4, 3),
    "bin/pull": (["bin/pull"], 2, 2),
    "bin/pull --force": (["bin/pull", "--force"], 2, 2),
    "bin/gc --cloud --force": (["bin/gc", "--cloud", "--force", "--workspace", "--keep", "1"], 2, 2),
    "bin/gc --force": (["bin/gc", "--force", "--workspace"], 1, 1),
    "bin/status": (["bin/status"], 1, 1),
    "dvc repro": ([dvc, "repro", "-q"], 0.3, 0.2),
    "dvc pull": ([dvc, "pull", "-q"], 0.2, 0.2),
    "dvc push": ([dvc, "push", "-q"], 0.2, 0.2),
}


def run(words, folder, limit_s=LIMIT_S):
    """A command to its end; its status and what it said."""
    try:
        done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=limit_s, check=False)
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return None, f"not ended after {limit_s} s"


def put_data(folder, state, in_place):
    """Data of that state: one price differs."""
    path = os.path.join(folder, PRICE)
    if in_place:
        with open(path, "wb") as f:
            f.write(states[state])
        return
    with open(path + ".new", "wb") as f:
        f.write(states[state])
    os.rename(path + ".new", path)


def digests(folder):
    """The SHA-256 of every artifact and report, by path; of everything, where the folder is no project."""
    found = {}
    tops = [t for t in ("artifacts", "reports") if os.path.isdir(os.path.join(folder, t))] or ["."]
    for top in tops:
        for where, folders, files in os.walk(os.path.join(folder, top)):
            folders[:] = [f for f in folders if f != ".make"]
            for one in files:
                path = os.path.join(where, one)
                with open(path, "rb") as f:
                    found[os.path.relpath(path, folder)] = hashlib.sha256(f.read()).hexdigest()
    return found


class Session:
    """A command in a session of its own, so that what outlives a kill can be found."""

    def __init__(self, words, folder):
        self.process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, start_new_session=True)

    def kill(self, all_of_it):
        if all_of_it:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()

    def lives(self):
        """Something of the session does: a zombie's or an orphan's group."""
        try:
            os.killpg(self.process.pid, 0)
            return True
        except ProcessLookupError:
            return False


class Worker(threading.Thread):
    def __init__(self, number):
        super().__init__(daemon=True)
        self.dice = random.Random(f"{seed} {number}")
        self.round, self.best = -1, None
        self.left = []  # sessions of which something may live

    def run(self):
        while time.monotonic() < until:
            with resting:
                resting.wait_for(lambda: not rest)
                busy.add(self)
            self.one()
            with resting:
                busy.discard(self)
                resting.notify_all()
            time.sleep(self.dice.random() ** 4 * 0.1)

    def draw(self, here):
        """A command; in each round a worker has one that it likes best, so that pairs meet often."""
        if self.round != rounds:
            self.round, self.best = rounds, self.dice.choice([w for w in COMMANDS if "dvc" not in w])
        if self.dice.random() < 0.7:
            return self.best
        return self.dice.choices(list(COMMANDS), [c[1 + here] for c in COMMANDS.values()])[0]

    def one(self):
        here = self.dice.choices((0, 1), (4, 1))[0]
        what = self.draw(here)
        if what in ("make train", "dvc repro") and self.dice.random() < 0.8:
            with changing:
                put_data(projects[here], self.dice.randrange(STATES), self.dice.random() < 0.3)
        session = Session(COMMANDS[what][0], projects[here])
        kills = self.dice.random() < KILLED
        try:
            patience = self.dice.random() ** 2 * (3 if "dvc" in what else 0.15) if kills else LIMIT_S
            said = session.process.communicate(timeout=patience)[1].decode(errors="replace")
        except subprocess.TimeoutExpired:
            session.kill(self.dice.random() < 0.6 or not kills)
            said = "killed" if kills else "stuck"
            if not kills:
                stuck.append(what)
            session.process.stderr.close()
            session.process.wait()
        if what == "dvc repro" and said == "killed":
            torn.add(projects[here])
        self.left.append(session)
        status = session.process.returncode
        counts[what, "killed" if said == "killed" else status] += 1
        note(what, "in the clone" if here else "", status, said.strip().splitlines()[:2])
        if status < 0 and said != "killed":
            crashed.append(f"{what}: signal {-status}")


def settle(workers):
    """Waits for whatever a kill left running; true when nothing is."""
    end = time.monotonic() + PATIENCE_S
    for worker in workers:
        while worker.left:
            if not worker.left[-1].lives():
                worker.left.pop()
            elif time.monotonic() > end:
                return False
            else:
                time.sleep(0.05)
    return True


def state_of(folder):
    with open(os.path.join(folder, PRICE), "rb") as f:
        return states.index(f.read())


def wrong(folder):
    """The artifacts that differ from those of this folder's data; what tells of the registry is of its past as well."""
    want, have = golden[state_of(folder)], digests(folder)
    return sorted(p for p in want if have.get(p) != want[p] and not (p in have and p.endswith(TELL_OF_THE_PAST)))


def look(folder, faults, whole):
    """A clean status is a promise."""
    who = os.path.basename(folder)
    ours, said = run(["bin/status", "--local"], folder)
    told = run([dvc, "status"], folder)[1] if whole else ""
    note("look", who, ours, told.strip(), wrong(folder))
    if ours not in (0, 1):
        faults.append(f"{who}: bin/status ends with {ours}: {said}")
    clean = [w for w, yes in (("bin/status", ours == 0), ("dvc status", "up to date" in told)) if yes]
    if clean and wrong(folder):
        faults.append(f"{who}: {' and '.join(clean)} say clean, but {', '.join(wrong(folder))} are of other data")


def let_time_pass():
    """What a killed gc left on a server counts for 40 minutes: they are over.  Nothing of it lives at rest."""
    for notice in store.listed(prefix + "nightmill/notices/gc-"):
        note("late", notice)
        store.remove(notice)


def take_torn_locks_away():
    """DVC writes dvc.lock in place: killed meanwhile, it leaves the beginning.  Who finds that takes another; here none is
    in git.  Only where a `dvc repro` was killed: nothing of ours may leave half a file."""
    while torn:
        folder = torn.pop()
        said = run(["bin/status", "--local"], folder)[1]
        if "dvc.lock:" in said and "error:" in said:
            note("torn", os.path.basename(folder), said.strip())
            os.remove(os.path.join(folder, "dvc.lock"))


def recover(folder, faults):
    """Everything works again, at the first try, and is right."""
    who = os.path.basename(folder)
    # A push brings in what the other side has registered since: the gate looks again.
    for words in (["make", "train"], ["bin/status", "--local"], ["bin/push"], ["make", "train"], [dvc, "status"]):
        status, said = run(words, folder)
        if status == 75 and "a gc is deleting" in said and kind != "folder":
            let_time_pass()
            status, said = run(words, folder)
        if status != 0:
            faults.append(f"{who}: at rest {' '.join(words)} ends with {status}: {said[-1500:]}")
            return
    if "up to date" not in said:
        faults.append(f"{who}: dvc status after make train: {said[-1500:]}")
    if wrong(folder):
        faults.append(f"{who}: after make train {', '.join(wrong(folder))} are of other data")


def remote_whole(faults):
    try:
        answer = reader.verdict(store, prefix)
    except (reader.Broken, ValueError, KeyError) as e:
        answer = f"broken {e}"
    note("remote", answer)
    if answer.startswith("broken"):
        faults.append(f"the remote: {answer}")


def question(faults, whole):
    for folder in projects:
        look(folder, faults, whole)
    remote_whole(faults)
    if not whole:
        return
    for folder in projects:
        recover(folder, faults)
    remote_whole(faults)
    if digests(outside) != canaries or sorted(os.listdir(area)) != there:
        faults.append(f"outside of the project: {sorted(os.listdir(area))}, {digests(outside)}")


def make_project(folder):
    """A copy of the tree with its executables, and nothing of its runs."""
    os.makedirs(folder)
    files = subprocess.run("git ls-files -co --exclude-standard | grep -v -e ^tests/ -e ^docs/", shell=True, cwd=root, check=True,
                           stdout=subprocess.PIPE).stdout
    with subprocess.Popen(["tar", "-cf", "-", "-T", "-"], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as pack:
        pack.stdin.write(files)
        pack.stdin.close()
        subprocess.run(["tar", "-xf", "-"], cwd=folder, stdin=pack.stdout, check=True)
    subprocess.run(["sh", "-c", 'root=$1 && . "$root/tests/copies.sh" && cd "$2" && only_recipe && copy_built "$2"', "sh", root, folder],
                   check=True)
    with open(os.path.join(folder, ".dvc/config"), "w") as f:
        f.write("[core]\n    remote = store\n    analytics = false\n    check_update = false\n['remote \"store\"']\n")
        f.write("    url = ../../store\n" if kind == "folder" else f"    url = s3://soak/p\n    endpointurl = {kind}\n")
    subprocess.run("git init -q . && git add -A && git commit -qm one", shell=True, cwd=folder, check=True)


begun = time.monotonic()
name = "folder" if kind == "folder" else "S3"
area = os.path.join(work, "area")
projects = [os.path.join(area, "project"), os.path.join(area, "clone")]
outside = os.path.join(area, "outside")
os.makedirs(outside)
os.makedirs(os.path.join(area, "store"))
with open(os.path.join(outside, "keys"), "w") as f:
    f.write("not to be touched\n")
for folder in projects:
    make_project(folder)
with open(os.path.join(projects[0], PRICE), "rb") as f:
    lines = f.read().split(b"\n")
states, golden = [], []
for state in range(STATES):
    changed = list(lines)
    changed[40 + state] = changed[40 + state][:-1] + (b"7" if changed[40 + state][-1:] != b"7" else b"8")
    states.append(b"\n".join(changed))
    put_data(projects[0], state, False)
    status, said = run(["make", "train"], projects[0])
    if status != 0:
        verdict(False, f"make train of state {state} ends with {status}", said)
        sys.exit(1)
    golden.append(digests(projects[0]))
if len({tuple(sorted(g.items())) for g in golden}) != STATES:
    verdict(False, "the states of the data give different artifacts", "nothing could be seen")
    sys.exit(1)
put_data(projects[1], 0, False)
canaries, there = digests(outside), sorted(os.listdir(area))
store = reader.Folder(os.path.join(area, "store")) if kind == "folder" else reader.Bucket(kind, "soak")
prefix = "" if kind == "folder" else "p/"

resting, rest, busy, changing = threading.Condition(), False, set(), threading.Lock()
counts, crashed, stuck, faults, rounds = collections.Counter(), [], [], [], 0
torn = set()  # projects in which a DVC was killed that may have been writing
until = time.monotonic() + seconds
workers = [Worker(n) for n in range(WORKERS)]
for worker in workers:
    worker.start()
asked = time.monotonic()
while time.monotonic() < until and not faults:
    time.sleep(min(dice.expovariate(1 / ROUND_S), max(0, until - time.monotonic())))
    with resting:
        rest = True
        resting.wait_for(lambda: not busy)
    if not settle(workers):
        faults.append("something that was killed still runs after a minute")
    take_torn_locks_away()
    whole = time.monotonic() - asked > WHOLE_S or time.monotonic() > until
    question(faults, whole)
    asked = time.monotonic() if whole else asked
    rounds += 1
    with resting:
        rest = False
        resting.notify_all()
until = 0
for worker in workers:
    worker.join(LIMIT_S)
total, killed = sum(counts.values()), sum(n for (_, how), n in counts.items() if how == "killed")
for (what, how), n in sorted(counts.items(), key=str):
    note("count", what, how, n)
verdict(not faults, f"{total} commands, {killed} killed, {rounds} times at rest: nothing lost, nothing wrong", "\n  ".join(faults))
verdict(not crashed and not stuck and total > WORKERS, "none crashed or stuck", f"{crashed} {stuck} of {total}")
sys.exit(failed)
