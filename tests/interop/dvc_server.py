"""DVC without the second that it takes to start: it is imported once, and each command is a fork of that.

    dvc_server.py SOCKET              serves until it is ended; says "ready" on standard output
    dvc_server.py SOCKET WORD …       runs `dvc WORD …` there, with this process's folder, environment and standard
                                      streams, and ends with its status

A command begins in the state that a new process would have, since the one that forks runs none itself.
"""

import array
import json
import os
import signal
import socket
import sys


def ask(path, words):
    """The client: hands over all that a process has; the answer is the status."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        streams = array.array("i", [0, 1, 2])
        server.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
        server.sendall(json.dumps({"words": words, "folder": os.getcwd(), "environment": dict(os.environ)}).encode())
        server.shutdown(socket.SHUT_WR)
        status = server.recv(1)
    return status[0] if status else 70


def take_over(connection):
    """Becomes what the client is; returns the words."""
    _, streams, _, _ = socket.recv_fds(connection, 1, 3)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    request = b""
    while more := connection.recv(1 << 16):
        request += more
    request = json.loads(request)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    return request["words"]


def run(main, connection):
    status = 70
    try:
        words = take_over(connection)
        sys.argv = ["dvc", *words]
        status = main(words)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(bytes([status & 255]))
        os._exit(0)


def serve(path):
    from dvc.cli import main
    import aiobotocore.session, dvc.commands.checkout, dvc.commands.commit, dvc.commands.data_sync, dvc.commands.init  # noqa: E401
    import dvc.commands.repro, dvc.commands.status, dvc.fs, dvc.repo, dvc.repo.init, dvc.stage.run, dvc_data.hashfile.build  # noqa: E401
    import dvc_s3, s3fs  # noqa: E401, F401

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(16)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
        print("ready", flush=True)
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                run(main, connection)
            connection.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(ask(sys.argv[1], sys.argv[2:]))
    serve(sys.argv[1])
