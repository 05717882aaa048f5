"""Bytes to a reading: pure, without Scrapy, database, network or clock."""

from __future__ import annotations

from importlib.metadata import version

from archive.reading import spam
from archive.reading.blocks import Block, Cell, Content, Grid, Paragraph
from archive.reading.checks import check
from archive.reading.content import from_html
from archive.reading.decode import decode
from archive.reading.documents import media
from archive.reading.documents.office import from_docx, from_workbook
from archive.reading.documents.pdf import from_pdf
from archive.reading.documents.text import from_text
from archive.reading.figures import Tables, read_tables
from archive.reading.identity import Identity, identify
from archive.reading.model import Reading, Source, UnreadableError, Warning

__all__ = ["READER_VERSION", "Reading", "Source", "UnreadableError", "read", "unread"]

# Raised whenever a reading may come out otherwise; the extractor's version belongs to it, since its results change too.
READER_VERSION = f"1 (trafilatura {version('trafilatura')})"


def read(body: bytes, source: Source) -> Reading:
    """Read one document: decode, blocks, main content, injected spam out, tables, figures, identity, checks.

    Raises UnreadableError, with the reason in plain words, for what is no document or cannot be opened.
    """
    kind = media.media_type(body, content_type=source.content_type, file_name=source.file_name or source.url)
    reading = Reading(kind)
    content = _content(body, kind, source, reading)
    _take_out_spam(content, source, reading)
    lines = [line for block in content.blocks for line in _lines(block) if line]
    reading.text = content.text if content.text is not None else "\n".join(lines)
    tables = read_tables(content.blocks)
    identity = identify(
        lines,
        source,
        titles=content.titles,
        published=content.published,
        content_source=content.source,
        tables=tables,
    )
    _set_identity(reading, identity)
    reading.grids = [block.to_lists() for block in content.blocks if isinstance(block, Grid)]
    if identity.is_report:
        reading.form = tables.form
        reading.figures = tables.figures
        reading.checks = check(tables.figures)
        reading.warnings.extend(tables.warnings)
        if not tables.sections:
            reading.warnings.extend(_missing_tables(content, identity.year))
    reading.warnings.extend(identity.warnings)
    return reading


def unread(source: Source, message: str) -> Reading:
    """What is known of a document that could not be read: who it is by and for which year, as the link to it says."""
    reading = Reading("application/octet-stream")
    identity = identify([], source, titles=[], published=None, content_source=None, tables=Tables())
    _set_identity(reading, identity)
    reading.warnings = [Warning("unreadable", message)]
    return reading


def _set_identity(reading: Reading, identity: Identity) -> None:
    reading.is_report = identity.is_report
    reading.title = identity.title
    reading.year = identity.year
    reading.published = identity.published
    reading.agency_id = identity.agency_id
    if identity.agency:
        reading.agency = identity.agency.name
        reading.division = identity.agency.division
        reading.level = identity.agency.level


def _content(body: bytes, kind: str, source: Source, reading: Reading) -> Content:
    if kind == media.PDF:
        return from_pdf(body)
    if kind == media.DOCX:
        return from_docx(body)
    if kind in (media.XLSX, media.XLS):
        return from_workbook(body)
    if kind not in (media.HTML, media.TEXT):
        raise UnreadableError(f"{_NAMES.get(kind, kind)} cannot be read")
    decoded = decode(body, source.content_type)
    reading.charset = decoded.charset
    if decoded.suspect:
        reading.warnings.append(Warning("charset_suspect", f"parts of the page do not decode as {decoded.charset}"))
    if kind == media.TEXT:
        return from_text(decoded.text)
    try:
        return from_html(decoded.text)
    except ValueError as error:
        raise UnreadableError(str(error)) from error


_NAMES = {media.DOC: "an old Word file (.doc, .wps)", media.OFD: "an OFD file", media.ZIP: "a ZIP file"}


def _lines(block: Block) -> list[str]:
    return list(block.lines()) if isinstance(block, Grid) else block.text.split("\n")


def _take_out_spam(content: Content, source: Source, reading: Reading) -> None:
    """Take injected text out of titles, paragraphs and cells alike, weighing the evidence over the whole page."""
    parts: list[Paragraph | Cell] = [block for block in content.blocks if isinstance(block, Paragraph)]
    parts += _cells(content.blocks)
    body = [part.text for part in parts] if content.text is None else content.text.split("\n")
    texts = [*content.titles, *body]
    cleaned = spam.clean(texts, ["title"] * len(content.titles) + ["body"] * len(body))
    reading.removals = cleaned.removals
    if cleaned.tampered:
        detail = "injected text was taken out" if cleaned.repairable else "the text cannot be restored"
        reading.warnings.append(Warning("tampered", detail))
    titles, body = cleaned.texts[: len(content.titles)], cleaned.texts[len(content.titles) :]
    content.titles = [title.strip() for title in titles if title.strip()]
    if content.text is not None:
        content.text = "\n".join(body)
        content.blocks = list(from_text(content.text).blocks)
        return
    for part, text in zip(parts, body, strict=True):
        part.text = text
    content.blocks = [block for block in content.blocks if isinstance(block, Grid) or block.text.strip()]


def _cells(blocks: list[Block]) -> list[Cell]:
    return [
        cell
        for block in blocks
        if isinstance(block, Grid)
        for number, row in enumerate(block.rows)
        for cell in row
        if cell.row == number
    ]


def _missing_tables(content: Content, year: int | None) -> list[Warning]:
    """A report of 2019 and later has three tables; where there is none, say so, and whether there are pictures."""
    if year is None or year < 2019:
        return []
    where = f" ({content.pictures} pictures in the text)" if content.pictures else ""
    return [Warning("table_missing", f"{section}{where}") for section in ("disclosure", "applications", "review")]
