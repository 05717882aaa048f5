"""Serves generated sites on loopback: with nginx where it is installed, else with a few lines of asyncio.

The server is a process of its own, so that its time is nobody's.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TYPES = {".html": "text/html", ".htm": "text/html", ".shtml": "text/html"}
_NGINX = """
daemon off; worker_processes 1; pid {work}/pid; error_log {work}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; keepalive_requests 100000; gzip_static on; gzip_vary on;
  types {{ text/html html htm shtml; }}
  client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work}; uwsgi_temp_path {work};
  scgi_temp_path {work};
  server {{ listen 0.0.0.0:{port}; root {folder}/$server_addr; index index.html; }}
}}
"""


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve a folder of hosts for as long as the context lasts; gives the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="nianbao_server_") as work:
        process = subprocess.Popen(_command(folder, port, Path(work)))
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def _command(folder: Path, port: int, work: Path) -> list[str]:
    if nginx := shutil.which("nginx"):
        settings = work / "nginx.conf"
        settings.write_text(_NGINX.format(work=work, port=port, folder=folder.absolute()))
        return [nginx, "-c", str(settings), "-p", str(work)]
    return [sys.executable, "-m", "bench.server", str(folder), str(port)]


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server does not answer at port {port}")


class _Answering(asyncio.Protocol):
    """Answers GET over HTTP/1.1 with the file, or with its compressed form where the client takes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._root = self._folder / transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            self._transport.writelines(self._answer(head))

    def _answer(self, head: bytes) -> list[bytes]:
        line, _, headers = head.partition(b"\r\n")
        path = line.split()[1].decode().partition("?")[0].lstrip("/")
        file = self._root / path
        if path.endswith("/") or not path:
            file /= "index.html"
        accepted = headers.lower().partition(b"accept-encoding:")[2].partition(b"\r\n")[0]
        try:
            encoding = b"Content-Encoding: gzip\r\n" if b"gzip" in accepted else b""
            body = file.with_name(f"{file.name}.gz").read_bytes() if encoding else file.read_bytes()
        except OSError:
            return [b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nnone"]
        # No charset, as on most of the sites: it stands in the page.
        kind = _TYPES.get(file.suffix, "text/plain").encode()
        length = b"Content-Length: %d\r\n\r\n" % len(body)
        return [b"HTTP/1.1 200 OK\r\nServer: loopback\r\nContent-Type: " + kind + b"\r\n" + encoding + length, body]


async def _serve(folder: Path, port: int) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Answering(folder), "0.0.0.0", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
