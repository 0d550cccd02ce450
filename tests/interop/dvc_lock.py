"""Compares our writer of dvc.lock with DVC's own, on random texts, numbers and trees.

DVC's writer folds some texts so that they read back as others (runs of blanks, long keys, breaks of other kinds).  So:
whatever we write reads back as what it was, in DVC's reader and in libyaml; and it has DVC's bytes, unless DVC's do not.

usage: dvc_lock.py DUMP [COUNT [SEED]]     DUMP: the executable of tests/interop/dump.c

Runs in a Python that has DVC.  Prints ok, not ok or skip lines.
"""
import json
import random
import struct
import subprocess
import sys

try:
    import yaml
    from dvc.utils.serialize import dumps_yaml, parse_yaml
except ImportError:
    print("skip - interop dvc.lock bytes: this Python has no dvc")
    sys.exit(0)

ATOMS = ["-", "?", ":", " ", " ", " ", "#", ",", "[", "]", "{", "}", "&", "*", "!", "|", ">", "'", '"', "%", "@",
         "`", "\\", "\t", "\n", "\r", "\0", "=", "<<", "~", "null", "NULL", "true", "False", "yes", ".", "...", "---",
         "0", "1", "12", "0x1F", "0o17", "0b1", "_", "e", "E", "+", ".5", "1e-05", ".inf", ".nan", "2020-01-01",
         "T12:30:00", "Z", " 1:02:03", "12:30", "a", "word", "/long/path/", "--flag", "key: value", "ñ", "é", "日本",
         "🙂", "\u00a0", "\u0085", "\u2028", "\u2029", "\ufeff", "\ufffd", "\ufffe", "\x1b", "\x7f", "\x80"]
WORDS = ["make", "-s", "bin/train", "pipeline/milk.yaml", "--alpha", "0.5", "x" * 30, "y" * 77, "z" * 90, "artifacts",
         "a:b", "it's", '"', "#c", "c#", "- ", "ñandú", "🙂🙂", "\\", "k=v", "&&", "|", "'q'", "\n", "\t", "e" * 81]
PLAIN = [w for w in WORDS if w not in ("- ", "\n", "\t", "it's", "'q'", '"')]


def text(r):
    kind = r.random()
    if kind < 0.4:
        return "".join(r.choice(ATOMS) for _ in range(r.randint(0, 6)))
    if kind < 0.5:
        return "".join(chr(r.choice([r.randrange(0x20, 0x7F), r.randrange(0x300), r.randrange(0xE000, 0x10400)]))
                       for _ in range(r.randint(0, 8)))
    if kind < 0.6:
        return r.choice("0123456789+-.") + "".join(r.choice("0123456789_-+.eExobTZ: ") for _ in range(r.randint(0, 9)))
    if kind < 0.8:
        return r.choice([" ", " ", "  "]).join(r.choice(PLAIN) for _ in range(r.randint(1, 30)))
    if kind < 0.9:
        return r.choice([" ", "  ", "\n"]).join(r.choice(WORDS) for _ in range(r.randint(1, 30)))
    return "".join(r.choice(["a", "b", " ", "ñ", r.choice(ATOMS)]) for _ in range(r.randint(60, 260)))


def real(r):
    kind = r.random()
    if kind < 0.4:
        return struct.unpack("<d", r.getrandbits(64).to_bytes(8, "little"))[0]
    if kind < 0.7:
        return round(r.uniform(-1000, 1000), r.randint(0, 6))
    return r.choice([0.0, -0.0, 1e16, 1e15, 1e-4, 1e-5, 5e-324, 123456789.0, float("inf"), -float("inf"), 0.1, 1e22])


def scalar(r):
    return r.choice([text, text, text, text, real, lambda r: r.randint(-2**63 + 1, 2**63 - 1), lambda r: r.randint(-9, 99),
                     lambda r: r.random() < 0.5, lambda r: None])(r)


def key(r):
    return text(r).replace("\0", "")[:r.choice([20, 20, 60, 130, 200])]


def tree(r, depth):
    kind = r.random()
    if depth == 0 or kind < 0.5:
        return scalar(r)
    if kind < 0.75:
        return [tree(r, depth - 1) for _ in range(r.randint(0, 4))]
    return {key(r): tree(r, depth - 1) for _ in range(r.randint(0, 4))}


def encode(v):
    if v is None:
        return {"z": 0}
    if isinstance(v, bool):
        return {"b": int(v)}
    if isinstance(v, int):
        return {"i": str(v)}
    if isinstance(v, float):
        return {"r": v.hex() if v == v else "nan"}
    if isinstance(v, str):
        return {"t": v}
    if isinstance(v, list):
        return {"l": [encode(x) for x in v]}
    return {"m": [[k, encode(x)] for k, x in v.items()]}


def cases(r, count):
    for i in range(count):
        t = text(r)
        yield [{"cmd": t}, {key(r): r.randint(0, 9)}, {"stages": {"train@milk": {"cmd": t, "deps": [{"path": t}]}}},
               {"cmd": [t, text(r)]}, {"a": {"b": {"c": {key(r): t}}}}, {"n": [scalar(r)], "m": scalar(r)},
               {"p": {"f": tree(r, 4)}}][i % 7]


def same(a, b, of_texts=False):
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k], of_texts) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(same(x, y, of_texts) for x, y in zip(a, b))
    if of_texts:  # libyaml alone does not tell kinds of scalars
        return not isinstance(a, str) or a == b
    return type(a) is type(b) and (a == b or (a != a and b != b))


def reads_back(value, written):
    """In DVC's reader, and in libyaml, which we read with."""
    try:
        written = written.decode("utf-8")
        return same(value, parse_yaml(written, "dvc.lock")) and same(value, yaml.load(written, yaml.CBaseLoader), True)
    except Exception:
        return False


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    r = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    wanted, lines, values = [], [], list(cases(r, count))
    for case in values:
        wanted.append(dumps_yaml(case).encode("utf-8"))
        lines.append(json.dumps(encode(case)) + "\n")
    found = subprocess.run([sys.argv[1]], input="".join(lines).encode("ascii"), stdout=subprocess.PIPE, check=False)
    bytes_of = found.stdout.split(b"\0")[:-1]
    better = [i for i in range(min(count, len(bytes_of))) if bytes_of[i] != wanted[i]
              and not reads_back(values[i], wanted[i]) and reads_back(values[i], bytes_of[i])]
    differ = set(i for i in range(count) if i >= len(bytes_of) or bytes_of[i] != wanted[i]) - set(better)
    differ = sorted(differ.union(i for i in range(min(count, len(bytes_of))) if not reads_back(values[i], bytes_of[i])))
    if found.returncode != 0 or differ:
        print(f"not ok - interop dvc.lock bytes: {len(differ)} of {count} differ, status {found.returncode}")
        for i in differ[:5]:
            print(f"  {lines[i].rstrip()}\n  DVC:  {wanted[i]!r}\n  ours: {bytes_of[i]!r}" if i < len(bytes_of)
                  else f"  {lines[i].rstrip()}: no answer")
        return 1
    print(f"ok - interop dvc.lock bytes: {count} trees read back; every byte as DVC writes it but in {len(better)}, which DVC's lose")
    return 0


sys.exit(main())
