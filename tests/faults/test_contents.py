"""Pages and documents that lie or attack (FAULTS 8, 9, 10, 12, 19)."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import unquote

import pytest

from archive.reading import read
from archive.reading.model import Source
from crawler.outcome import ExitCode
from crawler.readers import Worker, outcome_of
from crawler.softness import soft_error
from tests.crawling import Answer
from tests.faults.hostile import REPORT, Arena, honest, real_arena

__all__ = ["honest", "real_arena"]

TEXT = (
    "西工区人民政府2023年政府信息公开工作年度报告。一、总体情况。"
    "本年度主动公开政府信息，依法办理政府信息公开申请，加强监督保障。"
)
LATER = "下一步，将进一步拓宽公开渠道，提升公开质量，主动接受社会监督。"
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "big5", "utf-16", "utf-32")
CLAIMS = (None, "utf-8", "gb2312", "iso-8859-1", "big5", "utf-16", "no-such-charset")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("header", CLAIMS)
@pytest.mark.parametrize("meta", [None, "utf-8", "gb2312", "big5", "utf-16"])
def test_lies_about_the_charset_are_seen_through(encoding: str, header: str | None, meta: str | None) -> None:
    text = (
        TEXT
        if encoding != "big5"
        else "洛陽市政府資訊公開工作年度報告。本年度主動公開政府資訊，依法辦理申請，加強監督保障。"
    )
    declared = f'<meta charset="{meta}">' if meta else ""
    body = f"<html><head>{declared}<title>t</title></head><body><p>{text * 5}</p></body></html>".encode(encoding)
    content_type = f"text/html; charset={header}" if header else "text/html"
    reading = read(body, Source(url="http://www.xigong.gov.cn/a.html", content_type=content_type))
    assert reading.text.count(text) == 5, reading.text[:60]


def damaged(encoding: str, bad: bytes) -> bytes:
    """A page with bytes in the middle that are no text in its encoding."""
    start, end = f"<html><body><p>{TEXT * 5}</p><p>", f"</p><p>{LATER}</p></body></html>"
    return start.encode(encoding) + bad + end.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    "bad", [b"\xff", b"\x81", b"\xe5\xb9", "乱码".encode("gbk"), "乱码".encode(), b"\xc0\xaf", b"\xed\xa0\x80", b"\x00"]
)
def test_bytes_that_do_not_fit_cost_no_more_than_themselves(encoding: str, bad: bytes) -> None:
    reading = read(damaged(encoding, bad), Source(url="http://www.xigong.gov.cn/a.html", content_type="text/html"))
    assert reading.text.count(TEXT) == 5 and LATER in reading.text, reading.text


def nested(depth: int) -> bytes:
    return f"<html><body>{'<div>' * depth}<p>{TEXT}</p>{'</div>' * depth}<p>最后一段在此处。</p></body></html>".encode()


HUGE_TABLE = "<table><tr>" + "<td rowspan=65534 colspan=1000>1</td>" * 40 + f"</tr></table><p>{TEXT}</p>"


@pytest.mark.parametrize(
    "body",
    [
        *(nested(depth) for depth in (252, 256, 300, 2060, 100_000)),
        f"<html><body {'a=1 ' * 1_000_000}><p>{TEXT}</p></body></html>".encode(),
        f"<html><body>{HUGE_TABLE}</body></html>".encode(),
        f"<html><body>{'<table><tr><td>' * 500}<p>{TEXT}</p></body></html>".encode(),
        f"<html><body>{'<a href=x>' * 20_000}<p>{TEXT}</p></body></html>".encode(),
        f"<html><body>{'<b>' * 20_000}<p>{TEXT}</p></body></html>".encode(),
        f"<html><body>{'<p><font>' * 5_000}<p>{TEXT}</p></body></html>".encode(),
        f"<html><body a='{'x' * 5_000_000}'><p>{TEXT}</p></body></html>".encode(),
    ],
    ids=[
        *("252", "256", "300", "2060", "100000", "attributes", "spans", "unclosed tables", "unclosed links"),
        *("unclosed bold", "unclosed fonts", "long attribute"),
    ],
)
def test_no_text_is_lost_in_silence(body: bytes) -> None:
    worker = Worker(longest=60)
    outcome = outcome_of(worker.submit(body, Source(url="http://www.xigong.gov.cn/a.html", content_type="text/html")))
    worker.close()
    assert outcome.reading is not None, outcome.error
    assert "依法办理政府信息公开申请" in outcome.reading.text


SOFT = {
    2004: "<html><head><title>404 - 页面不存在</title></head><body><p>返回首页</p></body></html>",
    2005: "<html><head><title>访问被拦截！</title></head><body>您的请求可能有害</body></html>",
    2006: "<html><head><title>用户登录</title></head><body><form><input type='password' name='p'></form></body></html>",
    2007: "<html><head><title>政府</title></head><body><div id=app></div><script src='/a.js'></script></body></html>",
    2008: "",
    2009: "<html><head><title>系统错误</title></head><body>系统错误</body></html>",
    2010: "<html><body>您访问的页面不存在或已删除</body></html>",
    2011: "<script>document.cookie='__jsl_clearance=1';location.href=location.pathname</script>",
}


def test_what_stands_in_the_place_of_a_report_does_not_replace_it(real_arena: Arena) -> None:
    paths = {year: f"/nb/t{year}0125_{year}.html" for year in SOFT}
    assert real_arena.run()[0] == ExitCode.OK
    current = "select agency_id, year, document from reports order by 1, 2"
    before = real_arena.rows(current)
    assert {year for _, year, _ in before} >= set(SOFT)
    for year, body in SOFT.items():
        real_arena.honest.answers[paths[year]] = Answer(body=body.encode(), headers={"Content-Type": "text/html"})
    real_arena.make_due()
    code, said = real_arena.run()
    assert "Traceback" not in said and code in (ExitCode.OK, ExitCode.ATTENTION)
    real_arena.assert_whole()
    assert real_arena.rows(current) == before, "the good version stays the current one"
    states = {year: real_arena.outcome(real_arena.honest.url + path) for year, path in paths.items()}
    assert states[2004][0] == states[2010][0] == "gone" and "missing" in states[2004][1]
    assert states[2005][0] == states[2006][0] == states[2011][0] == "blocked" and "login" in states[2006][1]
    assert states[2008][0] == states[2009][0] == "failed"
    # The empty shell is kept, as any page; it is no report.
    assert states[2007][0] == "stored"


def archive_of(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&x;</w:t></w:r>
</w:p></w:body></w:document>"""
NAMES = (
    "../../evil",
    "..%5c..%5cevil",
    "..\\..\\evil",
    "a%00b",
    "CON",
    "%E2%80%AEfdp.exe",
    "年" * 100,
    "'); DROP TABLE documents;--",
    "|id",
    "$(id)",
    "~root",
    "-rf",
    "C:evil",
    ".",
)


def test_documents_that_attack_cost_their_own_reading(real_arena: Arena) -> None:
    site = real_arena.honest
    word = archive_of(word__document_dot_xml=bytes(300 << 20))
    entities = archive_of(word__document_dot_xml=ENTITIES, ___dot__dot__evil_dot_txt=b"evil")
    bodies = {
        "/nb/bomb.docx": word,
        "/nb/entities.docx": entities,
        "/nb/page.pdf": f"<html><body>{TEXT}</body></html>".encode(),
        "/nb/cut.pdf": b"%PDF-1.7\n1 0 obj\n<< /Length 99999999 >>\nstream\n",
        "/nb/loop.pdf": b"%PDF-1.4\ntrailer << /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF",
        "/nb/noise.xls": bytes(range(256)) * 100,
    }
    links = [(path, path) for path in bodies] + [(f"/nb/{name}.pdf", name) for name in NAMES]
    links += [(f"/nb/named-{number}.pdf", str(number)) for number in range(len(NAMES))]
    rows = "".join(f'<li><a href="{path}">{REPORT.format(2023)} {label}</a></li>' for path, label in links)
    site.answers["/nb/"].body = site.answers["/nb/"].body.replace(b"<ul>", f"<ul>{rows}".encode())
    for path, body in bodies.items():
        name = 'attachment; filename="../../../evil.docx"'
        site.answers[path] = Answer(body=body, headers={"Content-Disposition": name, "Content-Type": "text/html"})
    for number, name in enumerate(NAMES):
        value = f'attachment; filename="{unquote(name)}.pdf"'.replace("\0", "\\0").encode().decode("latin-1")
        site.answers[f"/nb/named-{number}.pdf"] = Answer(
            body=bodies["/nb/page.pdf"], headers={"Content-Disposition": value}
        )
    before = {path.name for path in real_arena.folder.parent.iterdir()}
    code, said = real_arena.run(DOWNLOAD_MAXSIZE=32 << 20)
    assert code in (ExitCode.OK, ExitCode.ATTENTION) and "Traceback" not in said, said
    real_arena.assert_unharmed()
    assert {path.name for path in real_arena.folder.parent.iterdir()} == before
    assert not [path for path in real_arena.folder.rglob("*") if "evil" in path.name]
    for path in bodies:
        kept = f"""select payloads.size, captures.error from captures join payloads on sha256 = payload
                   where url = '{site.url}{path}'"""
        assert [size for size, _ in real_arena.rows(kept)] == [len(bodies[path])], path
    for path in ("/nb/bomb.docx", "/nb/cut.pdf", "/nb/loop.pdf", "/nb/noise.xls"):
        error = real_arena.rows(f"select error from captures where url = '{site.url}{path}'")[0][0]
        assert error, path
    named = f"select count(*) from captures where url like '{site.url}/nb/named-%' and error is null"
    assert real_arena.rows(named) == [(len(NAMES),)], "a name is no reason not to read"
    assert real_arena.rows("select count(*) from documents where text like '%root:%' or text like '%evil%'") == [(0,)]


@pytest.mark.parametrize(
    "body",
    [
        f"<title>404错误</title><p>{TEXT}</p>",
        "<title>关于申请公开的政府信息不存在的答复</title><p>略</p>",
        "<title>西工区政府</title><form><input type=password></form><p>首页</p>",
        "<title>登录须知</title><p>请使用统一账号</p>",
        "<title>服务器采购公告</title><p>系统错误处理服务</p>",
        "<title>404路公交车</title>" + "<p>政府信息公开申请 行政复议</p>",
    ],
)
def test_ordinary_pages_are_not_taken_for_errors(body: str) -> None:
    assert soft_error({"content-type": "text/html"}, body.encode()) is None
