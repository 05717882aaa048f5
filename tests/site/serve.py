"""Serves the sample sites on loopback, each from its own server, and keeps what was asked of them.

The folders beside this module are the sites: a file stands at its URL path, and a name that begins with an
underscore is data of the server, never served. Agencies are real names, contents are made up.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import mimetypes
import re
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

FOLDER = Path(__file__).resolve().parent
INDEX_NAMES = ("index.html", "index.htm", "default.htm")
HEADERS_OF_INTEREST = (
    "Accept",
    "Accept-Encoding",
    "Cookie",
    "Host",
    "If-Modified-Since",
    "If-None-Match",
    "Range",
    "Referer",
    "User-Agent",
    "X-Requested-With",
)
HTML_SUFFIXES = {".html", ".htm", ".shtml", ".jsp"}
MEDIA_TYPES = {
    ".css": "text/css",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".js": "text/javascript",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".xml": "text/xml",
}


@dataclass(frozen=True, slots=True)
class Site:
    """One sample site: folder, agency that owns it, its division code, charset its server states."""

    folder: str
    name: str
    division: str
    charset: str | None


SITES = (
    Site("xigong", "西工区人民政府", "410303", "utf-8"),
    Site("jingkou", "井口街道办事处", "500106008", "utf-8"),
    # A hand-made site: its server states no charset, its pages say gb2312 and hold characters of gb18030.
    Site("yuelai", "悦来镇人民政府", "320614104", None),
    Site("baojian", "保健路街道办事处", "230103017", None),
    Site("zhenxing", "孝义市人民政府", "141181", "utf-8"),
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in: path with query, status, headers of interest, form data if posted."""

    site: str
    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server is about to send."""

    status: HTTPStatus
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def calendar(site: Site, query: Mapping[str, str]) -> Answer:
    """A month of a calendar that links to the months before and after it, without end."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", query.get("month", "2024-01"))
    if match is None or not 1 <= int(match[2]) <= 12:
        return not_found(site)
    count = int(match[1]) * 12 + int(match[2]) - 1
    page = (FOLDER / site.folder / "_calendar.html").read_text(encoding="utf-8")
    for name, value in (("previous", count - 1), ("month", count), ("next", count + 1)):
        page = page.replace("{" + name + "}", f"{value // 12:04}-{value % 12 + 1:02}")
    return Answer(HTTPStatus.OK, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


def data_proxy(site: Site, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    """Rows of a column as XML without a declaration: startrecord to endrecord, from 1, both included.

    Refuses a request that does not look like one of the page's own script, as the system it imitates does.
    """
    if headers.get("X-Requested-With") != "XMLHttpRequest":
        return Answer(HTTPStatus.FORBIDDEN, b"Forbidden", {"Content-Type": "text/plain"})
    columns = json.loads((FOLDER / site.folder / "_rows.json").read_text(encoding="utf-8"))
    column = columns.get(query.get("columnid", ""))
    try:
        start = int(query.get("startrecord", "1"))
        end = int(query.get("endrecord", "45"))
        per_page = int(query.get("perpage", "15"))
    except ValueError:
        return Answer(HTTPStatus.BAD_REQUEST, b"Bad Request", {"Content-Type": "text/plain"})
    rows: list[str] = []
    total = pages = 0
    if column is not None and column["unitid"] == query.get("unitid") and per_page > 0:
        records = column["records"]
        total, pages = len(records), -(-len(records) // per_page)
        rows = records[max(start, 1) - 1 : max(end, 0)]
    recordset = "".join(f"<record><![CDATA[\n{row}\n]]></record>" for row in rows)
    body = (
        f"<datastore><totalrecord>{total}</totalrecord><totalpage>{pages}</totalpage>"
        f"<recordset>{recordset}</recordset></datastore>"
    )
    return Answer(HTTPStatus.OK, body.encode(), {"Content-Type": "text/xml"})


def content_type(path: Path, charset: str | None) -> str:
    """The media type a file is served with; only HTML carries the charset of its site."""
    suffix = path.suffix.lower()
    if suffix in HTML_SUFFIXES:
        return f"text/html; charset={charset}" if charset else "text/html"
    return MEDIA_TYPES.get(suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def not_found(site: Site) -> Answer:
    """The site's own page for a missing address, with its navigation and footer."""
    page = FOLDER / site.folder / "404.html"
    return Answer(HTTPStatus.NOT_FOUND, page.read_bytes(), {"Content-Type": content_type(page, site.charset)})


def static_file(site: Site, path: str, headers: Mapping[str, str]) -> Answer:
    """A file of the site, or 304 where the client holds it; a directory answers with its index page."""
    root = FOLDER / site.folder
    file = (root / unquote(path).lstrip("/")).resolve()
    inside = file.is_relative_to(root)
    if not inside or any(part.startswith(("_", ".")) for part in file.relative_to(root).parts):
        return not_found(site)
    if file.is_dir():
        if not path.endswith("/"):
            return Answer(HTTPStatus.MOVED_PERMANENTLY, headers={"Location": path + "/"})
        file = next((file / name for name in INDEX_NAMES if (file / name).is_file()), file)
    if not file.is_file():
        return not_found(site)
    body = file.read_bytes()
    modified = int(file.stat().st_mtime)
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    validators = {"ETag": tag, "Last-Modified": formatdate(modified, usegmt=True)}
    if held(headers, tag, modified):
        return Answer(HTTPStatus.NOT_MODIFIED, headers=validators)
    return Answer(HTTPStatus.OK, body, {"Content-Type": content_type(file, site.charset), **validators})


def held(headers: Mapping[str, str], tag: str, modified: int) -> bool:
    """Whether the client's copy is current: If-None-Match decides alone where given (RFC 9110, 13.2.2)."""
    tags = headers.get("If-None-Match")
    if tags is not None:
        return tags.strip() == "*" or tag in [part.strip().removeprefix("W/") for part in tags.split(",")]
    since = headers.get("If-Modified-Since")
    if since is None:
        return False
    try:
        return modified <= parsedate_to_datetime(since).timestamp()
    except ValueError:
        return False


class SampleHandler(BaseHTTPRequestHandler):
    """Answers GET, HEAD and POST for one site and reports each request to `note`."""

    protocol_version = "HTTP/1.1"
    server_version = "sample"

    def __init__(self, *args: Any, site: Site, note: Callable[[Request], None]) -> None:
        self.site = site
        self.note = note
        super().__init__(*args)

    def do_GET(self) -> None:
        self.answer({})

    def do_HEAD(self) -> None:
        self.answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.answer(dict(parse_qsl(self.rfile.read(length).decode("utf-8"), keep_blank_values=True)))

    def answer(self, form: dict[str, str]) -> None:
        headers = {name: self.headers[name] for name in HEADERS_OF_INTEREST if name in self.headers}
        answer = self.route(form, headers)
        # Noted before it is sent, so that a client that has its answer finds the request in the list.
        self.note(Request(self.site.folder, self.command, self.path, answer.status.value, headers, form))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def route(self, form: dict[str, str], headers: Mapping[str, str]) -> Answer:
        address = urlsplit(self.path)
        query = {**dict(parse_qsl(address.query, keep_blank_values=True)), **form}
        if self.site.folder == "xigong" and address.path == "/rili/":
            return calendar(self.site, query)
        if self.site.folder == "jingkou" and address.path == "/module/web/jpage/dataproxy.jsp":
            return data_proxy(self.site, query, headers)
        if self.command == "POST":
            return Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"", {"Allow": "GET, HEAD"})
        return static_file(self.site, address.path, headers)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the requests are kept in SampleSites.requests."""


class SampleServer(ThreadingHTTPServer):
    """A server that lets a client hang up without a word on stderr."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class SampleSites:
    """All sample sites, each on its own port of 127.0.0.1; free ports unless `port_base` names the first.

    `urls` gives the base URL of each site by its folder, without a slash at the end; `requests` lists every
    request in the order they were answered.
    """

    def __init__(self, port_base: int = 0) -> None:
        self.port_base = port_base
        self.urls: dict[str, str] = {}
        self.requests: list[Request] = []
        self._servers: list[SampleServer] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> SampleSites:
        try:
            for number, site in enumerate(SITES):
                handler = partial(SampleHandler, site=site, note=self.requests.append)
                port = self.port_base + number if self.port_base else 0
                server = SampleServer(("127.0.0.1", port), handler)
                self._servers.append(server)
                self.urls[site.folder] = f"http://127.0.0.1:{server.server_port}"
                thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
                thread.start()
                self._threads.append(thread)
        except OSError:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops the servers and frees their ports."""
        for server, thread in zip(self._servers, self._threads, strict=False):
            server.shutdown()
            thread.join()
        for server in self._servers:
            server.server_close()
        self._servers.clear()
        self._threads.clear()

    def sites_csv(self, path: Path | str) -> Path:
        """Writes the registry of the sample sites, family and since left empty, and returns its path."""
        path = Path(path)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("url", "name", "division", "family", "since"))
            for site in SITES:
                writer.writerow((self.urls[site.folder] + "/", site.name, site.division, "", ""))
        return path

    def url(self, site: str, path: str) -> str:
        """The full URL of a path of a site, percent-encoded where it must be."""
        return self.urls[site] + quote(path, safe="/?=&%-._~")


def expected() -> dict[str, Any]:
    """The truth about every site: the content of expected.json, by folder."""
    truth: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    return truth


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the sample sites on loopback until Ctrl-C.")
    parser.add_argument("--port-base", type=int, default=0, help="first port (default: free ones)")
    options = parser.parse_args()
    try:
        with SampleSites(options.port_base) as sites:
            for folder, url in sites.urls.items():
                print(f"{folder:10} {url}/", flush=True)
            threading.Event().wait()
    except OSError as error:
        parser.exit(1, f"cannot listen from port {options.port_base} on: {error}; try another --port-base\n")
    except KeyboardInterrupt:
        print("stopped")


if __name__ == "__main__":
    main()
