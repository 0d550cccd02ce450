#!/usr/bin/env python3
"""A loopback proxy that stands between our executables and a real S3 server and does to them what networks do.

    proxy.py FOLDER UPSTREAM_PORT

Listens on a free port, which it writes into FOLDER/port.  What it does is in FOLDER/rules, which a test replaces by
renaming; the counts and FOLDER/log begin anew then.  A rule is a line

    METHOD PATTERN WHICH ACTION [ARGUMENT …]

METHOD may be `*`; PATTERN is a shell pattern of path and query; WHICH of the requests that match it and that no rule above
has taken, from 1 on: `2`, `1-3`, `4+` or `*`.  The first rule that fires decides.  The actions:

    reset-before       the connection is reset when the headers are there
    reset-body         … when half of the body is there
    reset-after        … when the server has done it: the answer is lost
    status N CODE [RETRY_AFTER]    that answer, the server is not asked
    complete-error     200, and an <Error> in the body
    skewed SECONDS     403 RequestTimeTooSkewed from a server whose clock is so far ahead, unless the request's time says
                       so too
    etag TEXT          the server's answer with another ETag
    cut                half of the answer's body, then the end of the connection
    short              half of the answer's body as if it were all
    flip               the answer's body with one bit turned
    hang               nothing, until the client goes
    delay SECONDS      the request waits
    delay-after SECONDS    the answer waits
    blanks N SECONDS [CODE]    N line ends, so many seconds apart, then the answer, or 200 and an <Error> instead of it
    only-blanks N SECONDS      … and no answer
    kill               SIGKILL to the process in FOLDER/victim, when the server has done it
    kill-before        … before the server hears of it

Every request has two lines in FOLDER/log: `> N SECONDS METHOD TARGET X-AMZ-DATE` when it has come, and when it is answered
`< N SECONDS METHOD TARGET STATUS`.  FOLDER/heads holds the heads of all requests as they came.
"""

import asyncio
import fnmatch
import os
import signal
import socket
import struct
import sys
import time
from email.utils import formatdate

FOLDER, UPSTREAM = sys.argv[1], int(sys.argv[2])


class Rules:
    """The script that is played, and how far it is."""

    def __init__(self):
        self.stamp, self.rules, self.counts, self.requests, self.log = None, [], [], 0, None

    def fresh(self):
        path = os.path.join(FOLDER, "rules")
        try:
            now = os.stat(path)
        except FileNotFoundError:
            return
        if self.stamp == (now.st_ino, now.st_mtime_ns):
            return
        self.stamp = now.st_ino, now.st_mtime_ns
        with open(path) as f:
            self.rules = [line.split() for line in f if line.strip()]
        self.counts, self.requests = [0] * len(self.rules), 0
        if self.log:
            self.log.close()
        self.log = open(os.path.join(FOLDER, "log"), "w", buffering=1)

    def action(self, method, target):
        self.fresh()
        self.requests += 1
        for i, (wanted, pattern, which, *action) in enumerate(self.rules):
            if wanted in ("*", method) and fnmatch.fnmatchcase(target, pattern):
                self.counts[i] += 1
                if fires(which, self.counts[i]):
                    return self.requests, action
        return self.requests, ["pass"]

    def say(self, arrow, number, *words):
        if self.log:
            self.log.write(f"{arrow} {number} {time.monotonic():.3f} {' '.join(map(str, words))}\n")


def fires(which, n):
    if which == "*":
        return True
    if which.endswith("+"):
        return n >= int(which[:-1])
    first, _, last = which.partition("-")
    return int(first) <= n <= int(last or first)


RULES = Rules()


class Gone(Exception):
    """One side has closed."""


async def head(reader):
    """First line and headers (names in lower case) of a message, and its bytes."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
        raise Gone from None
    lines = raw.decode("latin-1").split("\r\n")
    fields = dict((n.strip().lower(), v.strip()) for n, _, v in (line.partition(":") for line in lines[1:] if line))
    return lines[0], fields, raw


async def body_of(reader, fields, empty=False):
    """The pieces of a body, as they stand on the wire."""
    if empty:
        return
    if "chunked" in fields.get("transfer-encoding", "").lower():
        while True:
            line = await reader.readline()
            size = int(line.split(b";")[0], 16)
            yield line + await reader.readexactly(size + 2)
            if size == 0:
                return
    left = int(fields.get("content-length", 0))
    while left:
        piece = await reader.read(min(left, 1 << 18))
        if not piece:
            raise Gone
        left -= len(piece)
        yield piece


def reset(writer):
    """Ends the connection with RST."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    raise Gone


def answer(writer, status, code, fields=(), head_only=False):
    """An S3 error, with the body that belongs to it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>as told</Message></Error>'.encode()
    lines = [f"HTTP/1.1 {status} As-Told", "Content-Type: application/xml", f"Content-Length: {len(body)}", *fields]
    if head_only:
        lines.append(f"X-Minio-Error-Code: {code}")
    if not any(line.startswith("Date:") for line in lines):
        lines.append("Date: " + formatdate(usegmt=True))
    writer.write("\r\n".join([*lines, "", ""]).encode() + (b"" if head_only else body))


def skew_of(fields):
    """How far the request's clock is ahead of ours, in seconds."""
    try:
        sent = time.strptime(fields.get("x-amz-date", ""), "%Y%m%dT%H%M%SZ")
    except ValueError:
        return 0
    import calendar

    return calendar.timegm(sent) - time.time()


async def drain(reader, fields):
    async for _ in body_of(reader, fields):
        pass


def shoot():
    with open(os.path.join(FOLDER, "victim")) as f:
        os.kill(int(f.read()), signal.SIGKILL)


async def serve(reader, writer, upstream):
    """One request and its answer; the upstream connection, which is kept."""
    first, fields, raw = await head(reader)
    method, target, _ = first.split(" ", 2)
    number, (action, *arguments) = RULES.action(method, target)
    what, head_only = f"{method} {target}", method == "HEAD"
    RULES.say(">", number, what, fields.get("x-amz-date", "-"))
    with open(os.path.join(FOLDER, "heads"), "ab") as f:
        f.write(raw)
    if action == "delay":
        await asyncio.sleep(float(arguments[0]))
    if action == "kill-before":
        shoot()
        reset(writer)
    if action == "reset-before":
        RULES.say("<", number, what, "reset")
        reset(writer)
    if action == "reset-body":
        seen, half = 0, int(fields.get("content-length", 0)) // 2
        async for piece in body_of(reader, fields):
            seen += len(piece)
            if seen >= half:
                break
        RULES.say("<", number, what, "reset")
        reset(writer)
    if fields.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        raw = b"\r\n".join(l for l in raw.split(b"\r\n") if not l.lower().startswith(b"expect:"))
    told = None
    if action == "status":
        told = (int(arguments[0]), arguments[1], [f"Retry-After: {arguments[2]}"] if len(arguments) > 2 else [])
    elif action == "complete-error":
        told = (200, "InternalError", [])
    elif action == "skewed" and abs(skew_of(fields) - float(arguments[0])) > 120:
        told = (403, "RequestTimeTooSkewed", ["Date: " + formatdate(time.time() + float(arguments[0]), usegmt=True)])
    elif action == "hang":
        await drain(reader, fields)
        RULES.say("<", number, what, "hang")
        await reader.read()
        raise Gone
    if told:
        await drain(reader, fields)
        RULES.say("<", number, what, told[0])
        answer(writer, *told, head_only=head_only)
        await writer.drain()
        return upstream
    if upstream is None:
        upstream = await asyncio.open_connection("127.0.0.1", UPSTREAM, limit=1 << 20)
    up_reader, up_writer = upstream
    up_writer.write(raw)
    async for piece in body_of(reader, fields):
        up_writer.write(piece)
        await up_writer.drain()
    await respond(writer, up_reader, number, what, action, arguments)
    return upstream


async def respond(writer, up_reader, number, what, action, arguments):
    """The server's answer, as it is or hurt."""
    while True:
        first, fields, raw = await head(up_reader)
        status = int(first.split()[1])
        if status != 100:
            break
    bodyless = what.startswith("HEAD ") or status in (204, 304)
    if action == "kill":
        await all_of(up_reader, fields, bodyless)
        RULES.say("<", number, what, "kill")
        shoot()
        reset(writer)
    if action == "delay-after":
        await asyncio.sleep(float(arguments[0]))
    if action == "reset-after":
        await all_of(up_reader, fields, bodyless)
        RULES.say("<", number, what, "reset")
        reset(writer)
    if action == "etag":
        raw = replaced(raw, b"etag:", b'ETag: "' + arguments[0].encode() + b'"')
    if action in ("blanks", "only-blanks") and not bodyless:
        body = await all_of(up_reader, fields, False)
        if len(arguments) > 2:
            body = f'<?xml version="1.0"?>\n<Error><Code>{arguments[2]}</Code></Error>'.encode()
        raw = replaced(replaced(raw, b"transfer-encoding:", b"X-Was: chunked"), b"content-length:", b"X-Had: a length")
        writer.write(raw[:-2] + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(int(arguments[0])):
            writer.write(b"2\r\n\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(float(arguments[1]))
        if action == "blanks":
            writer.write(b"%x\r\n%s\r\n" % (len(body), body))
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        RULES.say("<", number, what, status, action)
        return
    if action in ("cut", "short", "flip") and not bodyless:
        body = bytearray(await all_of(up_reader, fields, False))
        if action == "flip" and body:
            body[len(body) // 2] ^= 1
        if action != "flip":
            body = body[: len(body) // 2]
        if action == "short":
            raw = replaced(raw, b"content-length:", b"Content-Length: %d" % len(body))
        writer.write(raw + body)
        await writer.drain()
        RULES.say("<", number, what, status, action)
        if action == "cut":
            writer.close()
            raise Gone
        return
    writer.write(raw)
    async for piece in body_of(up_reader, fields, bodyless):
        writer.write(piece)
        await writer.drain()
    RULES.say("<", number, what, status)


async def all_of(reader, fields, bodyless):
    return b"".join([piece async for piece in body_of(reader, fields, bodyless)])


def replaced(raw, name, line):
    return b"\r\n".join(line if l.lower().startswith(name) else l for l in raw.split(b"\r\n"))


async def client(reader, writer):
    upstream = None
    try:
        while True:
            upstream = await serve(reader, writer, upstream)
    except (Gone, ConnectionError, asyncio.IncompleteReadError, ProcessLookupError):
        pass
    finally:
        writer.close()
        if upstream:
            upstream[1].close()


async def main():
    server = await asyncio.start_server(client, "127.0.0.1", 0, limit=1 << 20)
    port = os.path.join(FOLDER, "port")
    with open(port + ".new", "w") as f:
        f.write(f"{server.sockets[0].getsockname()[1]}\n")
    os.rename(port + ".new", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    asyncio.run(main())
