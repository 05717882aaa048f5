"""The archive: bytes before readings, one transaction a page, and a search that finds words of two characters."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database, Migrations

from archive.opening import open_database
from archive.publishing.integrity import check_archive
from archive.reading import READER_VERSION, Reading, read
from archive.schema import TABLES, migrations
from archive.search import bigrams, match_query
from archive.store import Archive, ArchiveError
from archive.views import VIEWS
from crawler.readers import reread

PAGE = Path(__file__).parent / "pages" / "reports" / "columns_reordered.html"
SITE = "http://127.0.0.1:1/"
URL = SITE + "art/2026/1/9/art_1_2.html"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db", create=True) as opened:
        opened.register_site(SITE, "龙岗区人民政府", "440307", None, None)
        yield opened


def store(archive: Archive, body: bytes, url: str = URL, kind: str = "report") -> int:
    stored = archive.store_capture(
        url=url, body=body, status=200, headers=[("Content-Type", "text/html")], kind=kind, site=SITE
    )
    return stored.id


def store_and_read(archive: Archive, body: bytes, url: str = URL) -> int:
    capture = store(archive, body, url)
    return archive.store_reading(capture, read(*archive.source(capture)), READER_VERSION)


def test_every_declared_table_and_column_is_there(archive: Archive) -> None:
    for table in TABLES:
        columns = {column.name: column for column in archive.db.table(table.name).columns}
        assert set(columns) == {column.name for column in table.columns()}
        for column in table.columns():
            if column.name != table.primary_key:
                assert columns[column.name].notnull == (not column.nullable), (table.name, column.name)
            assert column.description


def test_views_keep_their_columns(archive: Archive) -> None:
    columns = {name: [column.name for column in archive.db.view(name).columns] for name in VIEWS}
    assert (
        columns["annual_reports"]
        == (
            "agency level division province city district year title published form url fetched_at sha256 text "
            "checks_failed"
        ).split()
    )
    assert columns["annual_figures"] == ("agency division year section item category value unit printed url").split()
    assert columns["coverage"] == ["agency", "division", "year", "state", "detail"]
    assert len(columns["applications_by_report"]) == 4 + 26 * 7
    assert len(columns["review_by_report"]) == 4 + 15


def test_same_bytes_make_no_second_capture(archive: Archive) -> None:
    body = PAGE.read_bytes()
    first = store(archive, body)
    assert store(archive, body) == first
    assert store(archive, body + b" ") != first
    assert archive.rows("select count(*) as number from payloads")[0]["number"] == 2


def test_bytes_come_back_as_they_were(archive: Archive) -> None:
    body = bytes(range(256)) * 300
    capture = store(archive, body)
    assert archive.source(capture)[0] == body


def test_damaged_bytes_are_told(archive: Archive) -> None:
    capture = store(archive, b"a" * 5000)
    archive.db.execute("update payloads set body = cast(x'28b52ffd00' || substr(body, 6) as blob)")
    with pytest.raises(ArchiveError, match="damaged"):
        archive.source(capture)


def test_reading_is_filed_under_its_agency_and_year(archive: Archive) -> None:
    store_and_read(archive, PAGE.read_bytes())
    report = archive.rows("select * from annual_reports")[0]
    assert (report["agency"], report["division"], report["district"], report["year"]) == (
        "龙岗街道办事处",
        "440307016",
        "龙岗区",
        2025,
    )
    figures = archive.rows("select value from annual_figures where section = 'applications'")
    assert len(figures) == 175
    by_report = archive.rows("select * from applications_by_report")[0]
    new = archive.rows("select value from figures where item = 'new' and category = 'total'")[0]["value"]
    assert by_report["new_total"] == new
    assert isinstance(new, int)


def test_changed_page_is_a_new_capture_and_the_old_one_stays(archive: Archive) -> None:
    body = PAGE.read_bytes()
    first = store_and_read(archive, body)
    second = store_and_read(archive, body.replace("无</p>".encode(), "无。</p>".encode()))
    assert first != second
    assert archive.rows("select document from reports")[0]["document"] == second
    assert archive.rows("select count(*) as number from documents")[0]["number"] == 2


def test_reading_again_replaces_and_loses_nothing(archive: Archive) -> None:
    document = store_and_read(archive, PAGE.read_bytes())
    before = {name: archive.rows(f"select * from {name}") for name in ("figures", "grids", "checks", "reports")}
    archive.store_reading(document, read(*archive.source(document)), READER_VERSION)
    after = {name: archive.rows(f"select * from {name}") for name in before}
    assert before == after


def test_unreadable_capture_keeps_its_bytes_and_says_why(archive: Archive) -> None:
    stored = archive.store_capture(
        url=SITE + "a.pdf",
        body=b"%PDF-1.4 broken",
        status=200,
        headers=[],
        kind="attachment",
        site=SITE,
        link_text="龙岗街道2024年政府信息公开工作年度报告.pdf",
    )
    archive.store_error(stored.id, "the PDF is damaged")
    coverage = archive.rows("select state, detail from coverage where agency = '龙岗街道办事处' and year = 2024")
    assert coverage == [{"state": "fetched_not_report", "detail": "the PDF is damaged"}]
    assert archive.source(stored.id)[0] == b"%PDF-1.4 broken"
    assert archive.captures_to_read(again=False) == []
    assert archive.captures_to_read(again=True) == [stored.id]


def test_failed_transaction_leaves_nothing(archive: Archive) -> None:
    with pytest.raises(RuntimeError), archive.transaction():
        store(archive, b"half")
        raise RuntimeError
    assert archive.rows("select * from captures") == []
    assert archive.rows("select * from payloads") == []


def test_full_disk_rolls_back(archive: Archive) -> None:
    pages = archive.rows("pragma page_count")[0]["page_count"]
    archive.db.execute(f"pragma max_page_count = {pages + 2}")
    noise = b"".join(str(number * 7919 % 104729).encode() for number in range(60_000))
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store(archive, noise)
    assert archive.rows("select * from captures") == []
    assert archive.rows("pragma integrity_check")[0]["integrity_check"] == "ok"


def test_hostile_text_is_data(archive: Archive) -> None:
    hostile = '\'); DROP TABLE figures;-- "x" 街道2024年政府信息公开工作年度报告'
    stored = archive.store_capture(
        url=SITE + "?q=');--", body=b"x", status=200, headers=[(hostile, hostile)], kind="report", link_text=hostile
    )
    archive.store_error(stored.id, hostile)
    assert archive.rows("select count(*) as number from figures")[0]["number"] == 0
    assert json.loads(archive.rows("select headers from captures")[0]["headers"]) == [[hostile, hostile]]


def search(archive: Archive, words: str) -> list[int]:
    sql = "select rowid from documents_search where documents_search match ?"
    return [row["rowid"] for row in archive.rows(sql, (match_query(words),))]


def test_words_of_two_characters_are_found(archive: Archive) -> None:
    document = store_and_read(archive, PAGE.read_bytes())
    for words in ("结转", "龙岗", "龙岗街道", "信息公开工作年度报告", "龙岗 栏目", "2025"):
        assert search(archive, words) == [document], words
    for words in ("转结", "桃花", "龙岗 桃花", "", '"', "* OR 1"):
        assert search(archive, words) == [], words
    archive.store_error(document, "gone")
    assert search(archive, "结转") == []


@given(st.text(max_size=40))
def test_no_input_breaks_the_search(words: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table t using fts5(text, tokenize='unicode61')")
    connection.execute("insert into t values (?)", (bigrams("政府信息公开 abc 12"),))
    connection.execute("select * from t where t match ?", (match_query(words),)).fetchall()
    connection.close()


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no such archive"):
        Archive(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("this is no database, and longer than a header of SQLite would be" * 40)
    with pytest.raises(ArchiveError, match="cannot be opened"):
        Archive(tmp_path / "text.db")


# --- opening --------------------------------------------------------------------------------------------------------


def earlier_version(path: Path) -> Migrations:
    """An archive of a made-up earlier version, and the migrations of a later one that builds on it."""
    older = Migrations("nianbao")

    def create_tables(db: Database) -> None:
        db.table("agencies").create({"id": str, "title": str}, pk="id")

    older()(create_tables)
    open_database(path, create=True, migrations=older).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("insert into agencies values ('440307016', '龙岗街道办事处')")
    later = Migrations("nianbao")
    later()(create_tables)

    @later()
    def agencies_are_named(db: Database) -> None:
        db.table("agencies").transform(rename={"title": "name"})
        if db.execute("select count(*) from agencies where name = 'trouble'").fetchone()[0]:
            raise sqlite3.IntegrityError("a row that does not fit")

    return later


@pytest.fixture
def no_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """The views are those of the present schema, which the made-up one lacks."""
    monkeypatch.setattr("archive.views.VIEWS", {"named": "select * from agencies"})


def test_a_copy_is_taken_before_a_migration(tmp_path: Path, no_views: None) -> None:
    path = tmp_path / "a.db"
    later = earlier_version(path)
    with closing_database(path, later) as db:
        assert list(db.query("select * from named")) == [{"id": "440307016", "name": "龙岗街道办事处"}]
    with closing(sqlite3.connect(tmp_path / "a.db.before-agencies_are_named")) as copy:
        assert copy.execute("select title from agencies").fetchall() == [("龙岗街道办事处",)]
    with closing_database(path, later) as db:
        assert later.pending(db) == []
    assert len(list(tmp_path.glob("a.db.before-*"))) == 1


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, no_views: None) -> None:
    path = tmp_path / "a.db"
    later = earlier_version(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("insert into agencies values ('1', 'trouble')")
    with pytest.raises(ArchiveError, match=r"a row that does not fit.*a\.db\.before-agencies_are_named"):
        open_database(path, migrations=later)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select title from agencies where id = '1'").fetchall() == [("trouble",)]


def test_a_later_version_and_something_else_are_refused(tmp_path: Path, no_views: None) -> None:
    path = tmp_path / "a.db"
    later = earlier_version(path)
    with closing_database(path, later):
        pass
    earlier = Migrations("nianbao")
    earlier(name="create_tables")(lambda db: None)
    with pytest.raises(ArchiveError, match="made by a later version"):
        open_database(path, migrations=earlier)
    with closing(sqlite3.connect(tmp_path / "else.db")) as connection, connection:
        connection.execute("create table songs (name text)")
    with pytest.raises(ArchiveError, match="something else"):
        Archive(tmp_path / "else.db", create=True)


def test_reading_only_writes_nothing(tmp_path: Path, archive: Archive, no_views: None) -> None:
    earlier_version(tmp_path / "old.db")
    before = (tmp_path / "old.db").read_bytes()
    with pytest.raises(ArchiveError, match="earlier version"):
        open_database(tmp_path / "old.db", read_only=True, migrations=earlier_version(tmp_path / "other.db"))
    assert (tmp_path / "old.db").read_bytes() == before
    with Archive(archive.path, read_only=True) as reader:
        assert reader.rows("select url from sites") == [{"url": SITE}]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.start_run()


# An archive of every schema there was, with one capture: it opens and is brought to the present one, after a copy.
SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))


@pytest.mark.parametrize("earlier", SCHEMAS, ids=lambda path: path.stem)
def test_earlier_schemas_are_migrated(tmp_path: Path, earlier: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(earlier.read_text("utf-8"))
        captures = connection.execute("select key, url, headers, payload from captures").fetchall()
    with Archive(path) as opened:
        test_every_declared_table_and_column_is_there(opened)
        assert captures and captures == opened.db.execute("select key, url, headers, payload from captures").fetchall()
        assert check_archive(opened) == []
        store(opened, PAGE.read_bytes())
        assert check_archive(opened) == []
    (copy,) = tmp_path.glob("a.db.before-*")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("select key, url, headers, payload from captures").fetchall() == captures


def test_every_schema_there_was_is_tested() -> None:
    with Database(memory=True) as empty:
        names = [migration.name for migration in migrations.pending(empty)]
    # Each archive is named for the last migration it has seen; the present one is made by the other tests.
    assert [path.stem for path in SCHEMAS] == sorted(names[:-1])


@contextmanager
def closing_database(path: Path, migrations: Migrations) -> Iterator[Database]:
    db = open_database(path, migrations=migrations)
    try:
        yield db
    finally:
        db.close()


def test_the_file_is_not_for_everyone(archive: Archive) -> None:
    assert archive.path.stat().st_mode & 0o007 == 0


def damage(archive: Archive) -> None:
    (body,) = archive.db.execute("select body from payloads").fetchone()
    archive.db.execute("update payloads set body = ?", (body[:-1] + bytes([body[-1] ^ 1]),))


def test_damaged_bytes_take_no_reading_away(archive: Archive) -> None:
    capture = store_and_read(archive, PAGE.read_bytes())
    before = archive.rows("select * from figures")
    damage(archive)
    assert reread(archive, again=True, workers=1)["failed"] == 1
    assert archive.rows("select * from figures") == before
    assert archive.is_read(capture)


def test_bytes_that_come_again_mend_what_is_damaged(archive: Archive) -> None:
    capture = store(archive, PAGE.read_bytes())
    damage(archive)
    assert reread(archive, again=False, workers=1)["failed"] == 1
    assert not archive.is_read(capture) and archive.captures_to_read(again=False) == []
    assert any("damaged" in finding.detail or finding.kind == "payload" for finding in check_archive(archive))
    again = archive.store_capture(url=URL, body=PAGE.read_bytes(), status=200, headers=[], kind="report", site=SITE)
    assert (again.id, again.new, again.mended) == (capture, False, True)
    assert archive.captures_to_read(again=False) == [capture]
    assert reread(archive, again=False, workers=1)["reports"] == 1
    assert [finding for finding in check_archive(archive) if finding.kind != "identity"] == []


def test_the_checks_of_one_report_do_not_go_through_the_figures_of_all(tmp_path: Path) -> None:
    said: list[str] = []
    with Archive(tmp_path / "a.db", create=True) as archive:
        archive.db.conn.set_trace_callback(said.append)
        for year in (2022, 2023):
            capture = archive.store_capture(
                url=f"http://a.example/{year}", body=b"%d" % year, status=200, headers=[], kind="report"
            ).id
            reading = Reading("text/html", is_report=True, agency="汉屯路街道办事处", agency_id="410303007", year=year)
            archive.store_reading(capture, reading, "1")
        archive.db.conn.set_trace_callback(None)
        queries = {it for it in said if "from figures" in it and it.lstrip().lower().startswith("select")}
        plans = [row[3] for it in queries for row in archive.db.execute(f"explain query plan {it}")]
    of_figures = [plan for plan in plans if "figures" in plan or " own " in plan or " other " in plan]
    assert of_figures and all("document=?" in plan for plan in of_figures), of_figures
