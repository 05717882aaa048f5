"""One document from its bytes to its reading: every step in its order."""

from __future__ import annotations

from dataclasses import replace

from archive.gazetteer import gazetteer
from archive.reading import hosts
from archive.reading.blocks import Block, Content, Grid
from archive.reading.checks import check
from archive.reading.cleaning import take_out_spam
from archive.reading.content import from_html
from archive.reading.decode import decode
from archive.reading.documents import media
from archive.reading.documents.dispatch import from_document
from archive.reading.documents.embedded import read_pictures
from archive.reading.documents.text import from_text
from archive.reading.documents.zipped import read_best
from archive.reading.figures import Tables, read_tables
from archive.reading.identity import Identity, identify
from archive.reading.model import Reading, Source, UnreadableError, Warning
from archive.reading.recognition import without_doubtful

_STATUTORY = ("disclosure", "applications", "review")


def read(body: bytes, source: Source) -> Reading:
    """Read one document: decode, blocks, main content, injected spam out, tables, figures, identity, checks.

    Raises UnreadableError, with the reason in plain words, for what is no document or cannot be opened.
    """
    kind = media.media_type(body, content_type=source.content_type, file_name=source.file_name or source.url)
    if kind == media.ZIP:
        return read_best(body, source, read)
    reading = Reading(kind)
    content = _content(body, kind, source, reading)
    repairable = take_out_spam(content, reading, agency=source.link_agency or _owner(source))
    lines = [line for block in content.blocks for line in _lines(block) if line]
    reading.text = content.text if content.text is not None else "\n".join(lines)
    # The running text of a picture is no evidence for figures; its ruled tables, read cell by cell, are.
    evidence = [block for block in content.blocks if isinstance(block, Grid) or not block.recognised]
    tables = read_tables(evidence)
    identity = identify(
        lines,
        source,
        titles=content.titles,
        published=content.published,
        content_source=content.source,
        tables=tables,
    )
    if tables.year_matters and identity.year is not None:
        tables = read_tables(evidence, identity.year)
    tables.figures, doubts = without_doubtful(tables.figures)
    tables.warnings += doubts
    if not repairable and not _are_whole(tables):
        # Scattered or shifted characters: a number that cannot be trusted is worse than none.
        tables = replace(tables, figures=[])
    _set_identity(reading, identity)
    reading.grids = [block.to_lists() for block in content.blocks if isinstance(block, Grid)]
    if identity.is_report:
        reading.form = tables.form
        reading.figures = tables.figures
        reading.checks = check(tables.figures, reading.text, identity.year)
        reading.warnings.extend(tables.warnings)
        if not tables.sections:
            reading.warnings.extend(_missing_tables(content, identity.year))
    reading.warnings.extend(identity.warnings)
    _judge_host(content, source, reading)
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
    if kind == media.MHTML:
        body, content_type = media.html_of(body)
    elif kind in (media.HTML, media.TEXT):
        content_type = source.content_type
    else:
        content = from_document(body, kind)
        _add_pictures(content, source)
        reading.warnings.extend(content.warnings)
        return content
    decoded = decode(body, content_type)
    reading.charset = decoded.charset
    if decoded.suspect:
        reading.warnings.append(Warning("charset_suspect", f"parts of the page do not decode as {decoded.charset}"))
    if kind == media.TEXT:
        return from_text(decoded.text)
    try:
        content = from_html(decoded.text, source.url)
    except ValueError as error:
        raise UnreadableError(str(error)) from error
    _add_pictures(content, source)
    reading.warnings.extend(content.warnings)
    return content


def _add_pictures(content: Content, source: Source) -> None:
    """Read the pictures of a report that lacks tables of its own; other pages' pictures are none of them."""
    if not content.images:
        return
    sections = read_tables(content.blocks).sections
    if "annex" not in sections and len(sections) < len(_STATUTORY) and _speaks_of_a_report(content, source):
        read_pictures(content, source)


def _speaks_of_a_report(content: Content, source: Source) -> bool:
    """Whether a document is a report, or bears the title of one."""
    lines = [line for block in content.blocks for line in _lines(block) if line]
    found = identify(
        lines, source, titles=content.titles, published=None, content_source=content.source, tables=Tables()
    )
    # A page of a title and pictures has nothing else to show what it is.
    return found.is_report or found.year is not None


def _lines(block: Block) -> list[str]:
    return list(block.lines()) if isinstance(block, Grid) else block.text.split("\n")


def _judge_host(content: Content, source: Source, reading: Reading) -> None:
    """Say whose host the page came from, and where it is a copy of a government's page, by what that is known."""
    reading.host_state = hosts.host_state(source.url, source.site)
    if reading.host_state == hosts.OTHER and content.markup is not None:
        evidence = hosts.clone_evidence(content.markup, source.url, is_report=reading.is_report)
        if evidence:
            reading.host_state = hosts.CLONE
            reading.warnings.append(Warning("clone", f"{hosts.host_of(source.url)} carries {', '.join(evidence)}"))


def _owner(source: Source) -> str | None:
    """The name of the division whose site it is."""
    division = gazetteer().division(source.division) if source.division else None
    return division.name if division else None


def _are_whole(tables: Tables) -> bool:
    """Whether all three statutory tables were read without anything to complain of."""
    return len(tables.sections) >= 3 and not tables.warnings


def _missing_tables(content: Content, year: int | None) -> list[Warning]:
    """A report of 2019 and later has three tables; where there is none, say so, and whether there are pictures."""
    if year is None or year < 2019:
        return []
    where = f" ({content.pictures} pictures in the text)" if content.pictures else ""
    return [Warning("table_missing", f"{section}{where}") for section in _STATUTORY]
