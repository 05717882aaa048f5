"""Serves an archive with datasette and this project's pages."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sqlite3
from pathlib import Path

from archive import schema
from archive.store import ArchiveError


def serve(
    archive: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    immutable: bool = False,
    block_robots: bool = False,
) -> None:
    """Serve the archive until interrupted; `immutable` for a published file that nobody writes to.

    With `block_robots` robots.txt asks every robot to stay away.

    Raises ArchiveError when the file is missing or no archive, the extra `web` is not installed, or the port is taken.
    """
    _require_archive(archive, immutable)
    try:
        import datasette
        import uvicorn
    except ModuleNotFoundError as error:
        raise ArchiveError(f"{error.name} is not installed; browsing needs it: pip install 'nianbao[web]'") from error
    from archive.publishing.site.application import application

    site = application(archive, immutable=immutable, block_robots=block_robots)
    with _listen(host, port) as listening:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}/"
        print(f"{archive} at {address} (datasette {datasette.__version__}; Ctrl+C stops)", flush=True)
        server = uvicorn.Server(uvicorn.Config(site.app(), log_level="warning", lifespan="on"))
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(server.serve(sockets=[listening]))


def _require_archive(archive: Path, immutable: bool) -> None:
    if not archive.is_file():
        raise ArchiveError(f"{archive}: no such archive; `nianbao crawl` makes one")
    uri = f"{archive.resolve().as_uri()}?{'immutable=1' if immutable else 'mode=ro'}"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            found = {name for (name,) in connection.execute("select name from sqlite_master")}
    except sqlite3.DatabaseError as error:
        raise ArchiveError(
            f"{archive}: cannot be opened as an archive ({error}); a file on a read-only disk needs --immutable"
        ) from error
    missing = sorted({table.name for table in schema.TABLES} - found)
    if missing:
        raise ArchiveError(f"{archive}: not an archive of nianbao (no table {', '.join(missing)})")


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ArchiveError(
            f"cannot listen on {host} port {port} ({error.strerror}); choose another with --port"
        ) from error
