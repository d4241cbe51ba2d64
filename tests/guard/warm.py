"""
limbeck as a program that has started already.

Git starts limbeck a dozen times in a test, and each start takes longer than what is asked.  Here a process has imported
everything, and a program of a few lines hands each call to a fork of it: arguments, folder, environment, input and outputs.
What runs is `limbeck.cli.main.run`, in a process of its own each time, as `limbeck` itself runs it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

_MOST = 1 << 20
_CLIENT = """#!{python} -ISX frozen_modules=on
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    call = json.dumps([sys.argv, os.getcwd(), dict(os.environ)], ensure_ascii=True).encode()
    socket.send_fds(line, [len(call).to_bytes(4, "big")], [0, 1, 2])
    line.sendall(call)
    answer = line.recv(1)
    sys.exit(answer[0] if answer else 70)
"""


def start(folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    """The process, and the program `limbeck` in `folder`, where `python` is that of this process."""
    folder.mkdir()
    address = folder / "line"
    program = folder / "limbeck"
    program.write_text(_CLIENT.format(python=sys.executable, address=str(address)))
    program.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, __file__, str(address), str(folder / "python")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process, program


def _serve(address: str, python: str) -> None:
    import sqlglot.optimizer  # noqa: F401 - to be there when it is asked for

    import limbeck.actions.considered
    import limbeck.actions.guard.check
    import limbeck.actions.guard.driver
    import limbeck.actions.guard.finish
    import limbeck.actions.merge
    import limbeck.actions.prove
    import limbeck.actions.rebase
    import limbeck.cli.main  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who are done
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            if sys.stdin in select.select([door, sys.stdin], [], [])[0]:
                return  # whoever has started us has ended
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _answer(line, python)
            line.close()


def _answer(line: socket.socket, python: str) -> None:
    from limbeck.cli.main import run

    size, fds, _, _ = socket.recv_fds(line, 4, 3)
    call = b""
    while len(call) < int.from_bytes(size, "big"):
        call += line.recv(_MOST)
    arguments, here, environment = json.loads(call)
    for fd, own in enumerate(fds):
        os.dup2(own, fd)
    os.chdir(here)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv, sys.executable = arguments, python
    code = 70
    try:
        run()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        line.sendall(bytes([code]))
        os._exit(0)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
