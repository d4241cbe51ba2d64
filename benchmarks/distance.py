"""
A server that is further away than it is: `with further(url, 20) as url`.

Responsible for a process that hands bytes on to the server, each 20 ms after it came, on the way there; so a round trip
takes 20 ms longer, whatever is in it.  Does not know what is sent.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Iterator


@contextmanager
def further(url: str, milliseconds: float) -> Iterator[str]:
    """The address under which the server at `url` is that much further away."""
    from sqlalchemy.engine import make_url

    near = make_url(url)
    command = [sys.executable, __file__, str(near.host), str(near.port), str(milliseconds)]
    process = subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield near.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    finally:
        process.kill()
        process.communicate()


async def _serve(host: str, port: int, seconds: float) -> None:
    async def connected(reader: StreamReader, writer: StreamWriter) -> None:
        there = await asyncio.open_connection(host, port)
        for one in (writer, there[1]):
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(_pass(reader, there[1], seconds), _pass(there[0], writer, 0))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _pass(reader: StreamReader, writer: StreamWriter, seconds: float) -> None:
    """Hand on what comes, each part `seconds` after it came; a part does not wait for those before it to arrive."""
    loop = asyncio.get_running_loop()
    parts: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def send() -> None:
        while True:
            due, part = await parts.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not part:
                writer.close()
                return
            writer.write(part)

    sending = asyncio.create_task(send())
    while True:
        try:
            part = await reader.read(1 << 20)
        except ConnectionError:
            part = b""
        parts.put_nowait((loop.time() + seconds, part))
        if not part:
            break
    await sending


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) / 1000))
