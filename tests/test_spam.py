"""Injected advertising goes, and nothing else does."""

from __future__ import annotations

import difflib
import html
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from archive.gazetteer.divisions import load
from archive.reading.model import Removal
from archive.reading.spam import Cleaned, clean, explain_removals, is_advertising, names
from tests import gate_spam

PAGES = Path(__file__).parent / "pages" / "spam"
SHARED = Path(__file__).parents[1].parent / "shared"
EXPECTED: dict[str, dict[str, Any]] = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))
HONEST = (PAGES / "honest.txt").read_text(encoding="utf-8").splitlines()
MARKED = re.compile(r"⟦([^⟧]*)⟧")


def clean_lines(text: str, agency: str | None = None) -> Cleaned:
    """The cleaned lines of a text, its first line as the title."""
    lines = text.split("\n")
    return clean(lines, ["title"] + ["body"] * (len(lines) - 1), agency=agency)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_made_up_page(name: str) -> None:
    marked = (PAGES / f"{name}.txt").read_text(encoding="utf-8")
    cleaned = clean_lines(MARKED.sub(r"\1", marked))
    assert "\n".join(cleaned.texts) == MARKED.sub("", marked)
    assert sorted({removal.kind for removal in cleaned.removals}) == EXPECTED[name]["kinds"]
    assert cleaned.tampered is EXPECTED[name]["tampered"]
    assert cleaned.repairable is EXPECTED[name]["repairable"]


def test_every_page_is_expected() -> None:
    assert {path.stem for path in PAGES.glob("*.txt")} - {"honest"} == set(EXPECTED)


@pytest.mark.parametrize("sentence", HONEST)
def test_honest_sentence_stays(sentence: str) -> None:
    assert clean([sentence], ["body"]) == Cleaned([sentence], [], tampered=False, repairable=True)


def test_honest_sentences_stay_together() -> None:
    cleaned = clean_lines("\n".join(HONEST * 2))
    assert cleaned == Cleaned(HONEST * 2, [], tampered=False, repairable=True)


def test_removal_is_counted_by_place() -> None:
    name = "澳客体育投注-【官方推荐平台】@"
    texts = [name, f"区政府{name}政府信息公开", "", f"在{name}网发布365条,鼓励{name}部门"]
    cleaned = clean(texts, ["title", "body", "body", "body"])
    assert cleaned.texts == ["", "区政府政府信息公开", "", "在网发布365条,鼓励部门"]
    assert cleaned.removals == [Removal(name, 4, "injected_phrase", ["title", "body"], "repeated")]


def test_agency_that_sounds_like_the_trade_stays() -> None:
    agency = "皇冠体育官网街道办事处"
    text = f"{agency}2023年政府信息公开工作年度报告"
    assert clean([text, f"由{agency}编制"], ["title", "body"], agency=agency).texts == [text, f"由{agency}编制"]


def test_cleaning_twice_changes_nothing_more() -> None:
    for name in EXPECTED:
        once = clean_lines(MARKED.sub(r"\1", (PAGES / f"{name}.txt").read_text(encoding="utf-8")))
        assert clean(once.texts, ["body"] * len(once.texts)).texts == once.texts


def test_labels_must_match_texts() -> None:
    with pytest.raises(ValueError, match="2 texts but 1 labels"):
        clean(["a", "b"], ["body"])


def test_empty_page() -> None:
    assert clean([], []) == Cleaned([], [], tampered=False, repairable=True)


# What a report names again and again, joined by marks as injected names are; and the places where it may stand.
ACCOUNTS = (
    "抖音平台,快手平台|微信公众号—政务微博|新华网客户端,新华网微博|12345平台,12319平台|H5网页版,微信客户端|短信,电子平台|PC端/App端"
    "|www.example.gov.cn|【图解】|V信-客户端|OA系统_V2.0|文旅云平台-首页|公共资源电子平台,招投标电子平台|365服务平台,365热线"
    "|掌上12333app下载|爱山东·济时通app|QQ邮箱注册,微信注册|皇冠假日酒店,金沙湾酒店|国际会展中心,国际平台|足球青训平台,足球官网"
).split("|")
SENTENCES = (
    "通过{}发布信息120条。|在{}开设专栏，{}管理规范。|{}镇级管理员3名，区级1名。|推广{}，群众满意度提升。|{}|。关注{}|三、{}建设情况|《{}管理办法》"
    "|区人民政府{}访问量12万次，{}区级节点平稳。|2022年，{}新增用户300人；{}2022年更新120次。|依托{}政府信息公开平台，受理申请3件。|责任单位：办公室。{}|培训2次。{}"
).split("|")


@pytest.mark.parametrize("account", ACCOUNTS)
def test_name_that_an_honest_report_repeats_stays(account: str) -> None:
    lines = ["汉屯路街道办事处2022年政府信息公开工作年度报告", *(line.replace("{}", account) for line in SENTENCES)]
    cleaned = clean(lines * 2, ["body"] * len(lines) * 2)
    assert (cleaned.texts, cleaned.tampered) == (lines * 2, False)


@pytest.mark.parametrize("name", ["鼎博,鼎博注册", "恒瑞88|恒瑞登录入口", "zk9官网-凯旋棋牌", "盛通体育【点击进入】"])
def test_name_of_no_list_goes_from_every_place_of_a_word(name: str) -> None:
    lines = [
        f"三、收到和处理{name}申请情况",
        f"一、本年新收{name}申请数量 | 3",
        f"根据《中华人民共和国{name}条例》编制。",
        f"全年召开会议3次。{name}",
        f"本单位{name}年度报告如下。",
    ]
    cleaned = clean(lines, ["body"] * 5)
    assert cleaned.texts == [line.replace(name, "") for line in lines]
    assert [(removal.text, removal.count, removal.rule) for removal in cleaned.removals] == [
        (name, 5, "statutory_wording")
    ]


def test_name_of_no_list_before_an_agency_leaves_the_place() -> None:
    name = "恒瑞电竞·恒瑞登录入口"
    lines = [f"{name}龙田镇人民政府2022年年度报告", f"2022年，{name}龙田镇人民政府召开会议。", "0\t0\t0\t0"]
    cleaned = clean(lines, ["title", "body", "body"])
    assert cleaned.texts == [line.replace(name, "") for line in lines]


def test_name_quoted_or_in_a_numbered_row_stays() -> None:
    lines = [
        "下架“星空棋牌app下载”“开云体育官网”等应用22款。",
        "5,太阳城娱乐城,歌舞",
        "6,金沙娱乐城,歌舞",
        "7,百乐门,歌舞",
    ]
    assert clean(lines, ["body"] * 4).texts == lines


def test_list_before_the_first_sentence_and_a_date_behind_a_name() -> None:
    banner = "飞禽走兽捕鱼app下载、澳门威尼斯娱乐场、十大买球网站、老虎机平台、棋牌官网"
    lines = [
        f"{banner}近日，全区召开会议。",
        "发布时间：飞禽走兽老虎机平台2021-01-22",
        "飞禽走兽老虎机平台",
        "来源：飞禽走兽老虎机平台区政府",
    ]
    cleaned = clean(lines, ["body"] * 4)
    assert cleaned.texts == ["近日，全区召开会议。", "发布时间：2021-01-22", "", "来源：区政府"]


# The shared corpus, where it is at hand: characters injected and removed, by kind of injection.


def corpus(name: str) -> list[dict[str, Any]]:
    path = SHARED / "corpus" / name
    if not path.exists():
        pytest.skip(f"the shared corpus is not beside the repository ({path})")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def deleted(before: str, after: str) -> set[int]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return {
        offset
        for operation, start, end, _, _ in matcher.get_opcodes()
        if operation in ("delete", "replace")
        for offset in range(start, end)
    }


@pytest.mark.parametrize("whole", [True, False], ids=["one_text", "by_line"])
def test_corpus_spam(whole: bool) -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for item in corpus("spam.jsonl"):
        excerpt = item["excerpt"]
        cleaned = clean([excerpt], ["body"]) if whole else clean_lines(excerpt)
        text = "\n".join(cleaned.texts)
        if item["span_mode"] == "page_reject":
            assert (text, cleaned.tampered, cleaned.repairable) == (excerpt, True, False), item["id"]
            continue
        removed, wanted = deleted(excerpt, text), deleted(excerpt, item["expected"])
        if text == item["expected"]:
            removed = wanted
        for index, number in enumerate((len(wanted), len(removed), len(wanted & removed))):
            counts[item["kind"]][index] += number
    for kind, (wanted_characters, removed_characters, right) in counts.items():
        assert right == removed_characters, f"{kind}: honest characters were removed"
        # A title spliced into two lines leaves the line feed between them where the lines come one by one.
        floor = 1.0 if whole or kind != "title_splice" else 0.94
        assert right >= floor * wanted_characters, kind


def test_corpus_clean() -> None:
    for item in corpus("clean.jsonl"):
        expected = Cleaned([item["excerpt"]], [], tampered=False, repairable=True)
        assert clean([item["excerpt"]], ["body"]) == expected, item["id"]


def test_corpus_reports_and_seeds() -> None:
    corpus("spam.jsonl")
    injected = {
        "yuexiu_beijing_street_2020": ["新葡京博彩官网"],
        "puroview_dongcheng_2019": ["puroview.com"],
        "003_aff7846650673217": ["365体育投注-【官方授权牌照】@"],
    }
    paths = [*SHARED.glob("corpus/reports/*"), *SHARED.glob("seeds/*.txt"), *SHARED.glob("corpus/pingtan/*.html")]
    for path in paths:
        if path.suffix not in (".txt", ".md", ".html"):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = html.unescape(re.sub(r"<[^>]+>", "\n", re.sub(r"(?s)<(script|style)\b.*?</\1>", "", text)))
        cleaned = clean_lines(text)
        assert [removal.text for removal in cleaned.removals] == injected.get(path.stem, []), path.name
        assert cleaned.tampered is (path.stem in injected), path.name


def test_corpus_seed_003() -> None:
    corpus("spam.jsonl")
    text = (SHARED / "seeds" / "003_aff7846650673217.txt").read_text(encoding="utf-8")
    cleaned = clean_lines(text)
    token = "365体育投注-【官方授权牌照】@"
    wanted = Removal(token, text.count(token), "injected_phrase", ["title", "body"], "repeated")
    assert cleaned.removals == [wanted]
    assert "\n".join(cleaned.texts) == text.replace(token, "")


def test_corpus_pages() -> None:
    """Openings of real pages: only those that the notes call spam, or glossed, lose anything."""
    for item in corpus("pages.jsonl"):
        cleaned = clean_lines(item["excerpt"])
        if cleaned.removals:
            assert "SPAM" in item["notes"], item["url"]
        assert cleaned.repairable, item["url"]


# Injected pages, drawn from a seed: the same measure as `make gate`, on fewer draws.


def test_injected_pages_are_cleaned_by_kind() -> None:
    assert gate_spam.failures(gate_spam.scores(seeds=[0]), gate_spam.unrepairable()) == []


def test_removal_says_its_rule_and_what_stood_there() -> None:
    name = "皇冠体育_皇冠官网_皇冠平台"
    lines = [
        f"三、收到和处理{name}申请情况",
        f"《中华人民共和国{name}条例》",
        f"{name}区人民政府",
        f"一、本年新收{name}申请数量",
    ]
    cleaned = clean(lines, ["body"] * 4, agency="西工区")
    assert cleaned.texts[0] == "三、收到和处理申请情况"
    several = "政府信息公开 (1, 2, 4); 西工 (3)"
    assert [(removal.rule, removal.suggestion) for removal in cleaned.removals] == [("statutory_wording", several)]
    heading = clean(lines[:2], ["body"] * 2)
    assert [removal.suggestion for removal in heading.removals] == ["政府信息公开"]
    place = clean([lines[2], f"{name}区民政局"], ["body"] * 2, agency="西工区")
    assert [removal.suggestion for removal in place.removals] == ["西工"]
    assert place.texts == ["区人民政府", "区民政局"]


def test_word_of_no_list_is_found_by_the_statutory_wording() -> None:
    lines = ["三、收到和处理聚彩堂平台申请情况", "一、本年新收聚彩堂平台申请数量", "聚彩堂平台工作由办公室承担。"]
    cleaned = clean(lines, ["body"] * 3)
    assert cleaned.texts == ["三、收到和处理申请情况", "一、本年新收申请数量", "工作由办公室承担。"]
    assert [removal.rule for removal in cleaned.removals] == ["statutory_wording"]
    assert clean(["收到和处理群众来信申请情况"], ["body"]).removals == []


def test_name_of_no_list_is_told_by_its_ending_and_its_place() -> None:
    name = "锐跃m6·(中国)官方网站"
    lines = [f"{name}镇2022年政府信息公开工作年度报告", f"特向社会公布{name}镇人民政府的报告。", f"{name}镇人民政府"]
    cleaned = clean(lines, ["title", "body", "body"])
    assert cleaned.texts == ["镇2022年政府信息公开工作年度报告", "特向社会公布镇人民政府的报告。", "镇人民政府"]
    assert [(removal.text, removal.count, removal.rule) for removal in cleaned.removals] == [(name, 3, "trade_ending")]
    honest = ["登录镇人民政府官方网站", "依托官网、客户端镇村两级公开", "app下载量居全镇前列，注册登录镇级账号300个"]
    assert clean(honest * 2, ["body"] * 6).texts == honest * 2


def test_shuffled_clauses_mark_the_page_and_stay_as_they_are() -> None:
    lines = [
        "全年公开信息120条，2022年。认真落实上级要求，下一步。",
        "主动公开各类信息30条，在主动公开方面。开展业务培训2次，为进一步提高工作人员业务水平。",
        "至2022年12月31日止，数据统计自2022年1月1日起。",
    ]
    cleaned = clean(lines, ["body"] * 3)
    assert (cleaned.texts, cleaned.repairable, cleaned.tampered) == (lines, False, True)
    honest = ["2022年，全年公开信息120条。", "在主动公开方面，公开各类信息30条，2022年。", "一是培训，二是检查。"]
    assert clean(honest, ["body"] * 3).repairable


def test_no_agency_loses_a_character_of_its_name() -> None:
    every = [name for _, name in load()[0]]
    tempting = [name for name in every if names.SUSPECT.search(name)]
    assert tempting
    for start in range(0, len(tempting), 60):
        check_names(tempting[start : start + 60])
    check_names(every[::100])


def check_names(agencies: list[str]) -> None:
    lines = [
        line
        for name in agencies
        for line in (
            f"{name}2022年政府信息公开工作年度报告",
            f"{name}体育中心、文化娱乐广场、彩票站公示，官网、微信平台同步公开。",
            f"登录{name}网站首页，{name}平台。",
        )
    ]
    cleaned = clean(lines, ["body"] * len(lines))
    assert (cleaned.texts, cleaned.tampered) == (lines, False)


def test_removals_are_explained_one_a_line() -> None:
    removals = [
        Removal("皇冠官网", 2, "word_replacement", ["title", "body"], "words", "政府信息公开"),
        Removal("澳门新葡京", 1, "hidden_text", ["body"], "display_none"),
    ]
    assert explain_removals(removals).splitlines() == [
        "2 × 皇冠官网  [word_replacement, rule words, in title and body]; in its place stood perhaps 政府信息公开",
        "1 × 澳门新葡京  [hidden_text, rule display_none, in body]",
    ]


@pytest.mark.parametrize(
    ("text", "advertising"),
    [
        ("澳门新葡京娱乐城", True),
        ("百家乐_老虎机_真人娱乐", True),
        ("分享到 微信 新浪微博", False),
        ("体育彩票公益金使用情况", False),
        ("打击网络赌博，远离百家乐、老虎机", False),
    ],
)
def test_hidden_text_is_judged_by_its_words(text: str, advertising: bool) -> None:
    assert is_advertising(text) is advertising
