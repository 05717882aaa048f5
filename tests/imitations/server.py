"""Serves imitations on loopback, each from a server of its own, and keeps what was asked of them."""

from __future__ import annotations

import csv
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: path without query, query and form together, headers in lower case."""

    method: str
    path: str
    query: str
    values: dict[str, str]
    headers: dict[str, str]


@dataclass(slots=True)
class Answer:
    body: bytes = b""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


Service = Callable[[Asked], Answer | None]


@dataclass(frozen=True, slots=True)
class Request:
    """What one site was asked and how it answered."""

    site: str
    method: str
    path: str
    status: int


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "imitation"

    def __init__(self, *args: Any, answer: Callable[[Asked], Answer], note: Callable[[str, str, int], None]) -> None:
        self._answer, self._note = answer, note
        super().__init__(*args)

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        form = dict(parse_qsl(self.rfile.read(length).decode("utf-8"), keep_blank_values=True))
        parts = urlsplit(self.path)
        values = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **form}
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self._answer(Asked(self.command, unquote(parts.path), parts.query, values, headers))
        tag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
        status, body, extra = answer.status, answer.body, dict(answer.headers)
        if status == 200 and self.command == "GET":
            extra["ETag"] = tag
            if headers.get("if-none-match") == tag:
                status, body = 304, b""
        self._note(self.command, self.path, status)
        self.send_response(status)
        for name, value in extra.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the requests are kept."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may hang up."""


class Imitations:
    """A set of imitations while they are served; `urls` by the name of each, `requests` as they were answered."""

    def __init__(self, sites: list[Any]) -> None:
        self.sites = {site.key: site for site in sites}
        self.urls: dict[str, str] = {}
        self.requests: list[Request] = []
        self._servers: list[_Server] = []

    def __enter__(self) -> Imitations:
        for key, site in self.sites.items():
            handler = partial(_Handler, answer=site.answer, note=partial(self._note, key))
            server = _Server(("127.0.0.1", 0), handler)
            self._servers.append(server)
            self.urls[key] = f"http://127.0.0.1:{server.server_port}"
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _note(self, site: str, method: str, path: str, status: int) -> None:
        self.requests.append(Request(site, method, path, status))

    def sites_csv(self, path: Path) -> Path:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("url", "name", "division"))
            for key, site in self.sites.items():
                writer.writerow((self.urls[key] + site.entry, site.owner.name, site.owner.division))
        return path
