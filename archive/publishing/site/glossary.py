"""The declarations' words in the other language: Chinese for tables and columns, English for items of the forms."""

from __future__ import annotations

_TABLES = {
    "agencies": "公开（或应当公开）年度报告的机关",
    "sites": "登记表（sites.csv）中的网站",
    "runs": "一次抓取",
    "frontier": "待抓取或已抓取的网址及其结果",
    "dictionaries": "用本档案的网页训练的 Zstandard 压缩字典；新字典不取代旧字典",
    "payloads": "去重后的响应正文，与网站所发字节一致",
    "captures": "一次响应",
    "documents": "对一次抓取所得内容的一次解析",
    "reports": "一个机关一个年度，指向其采用的文件",
    "figures": "一个文件中的一个数字",
    "grids": "解析出的一张表，尚未对应表式",
    "removals": "从文件中剔除的一段植入内容",
    "checks": "对一个文件（或同一机关前后年度）核对的一条规则",
}

_VIEWS = {
    "annual_reports": "一份年报：一个机关一个年度所采用的文件",
    "annual_figures": "一份年报中的一个数字",
    "coverage": "一个机关一个年度，无论有无年报；`state` 为状态",
    "applications_by_report": "一份年报，申请表（三）每个数字一列",
    "disclosure_by_report": "一份年报，主动公开表（二）每个数字一列",
    "review_by_report": "一份年报，复议诉讼表（四）每个数字一列",
}

# Where a name means the same in every table it stands under the bare name.
_COLUMNS = {
    "agencies.id": "区划代码；部门为区划代码加名称的散列值",
    "agencies.name": "机关的规范名称",
    "agency_id": "机关",
    "level": "层级：province 省、city 市、district 区县、street 街道、town 乡镇、department 部门、other 其他",
    "division": "区划代码：6 位（区县）或 9 位（街道、乡镇）",
    "province": "所在省",
    "city": "所在市",
    "district": "所在区县",
    "sites.url": "入口网址",
    "sites.name": "登记表中网站主办机关的名称",
    "family": "网站所用内容管理系统的类别",
    "since": "需要的最早年度",
    "last_working": "入口网页最近一次正常应答的时间（UTC）",
    "id": "编号",
    "started": "开始时间（UTC）",
    "ended": "结束时间（UTC）；运行中或异常中止时为空",
    "outcome": "finished 完成、stopped 中断、failed 失败",
    "counts": "JSON 对象：各类计数",
    "key": "请求的指纹；同一网页的各版本相同",
    "url": "网址",
    "site": "所属网站（登记表中的网址）",
    "kind": "种类",
    "depth": "距入口网页的链接数",
    "priority": "优先级，数值大者先抓取",
    "state": "状态",
    "reason": "处于该状态的原因",
    "lease": "正在抓取它的运行编号",
    "attempts": "本轮已请求次数",
    "etag": "上次应答的 ETag",
    "last_modified": "上次应答的 Last-Modified",
    "next_due": "在此时间（UTC）之前不再请求",
    "request": "JSON：重新请求所需的内容",
    "discovered": "发现时间（UTC）",
    "discovered_on": "发现该链接的网页",
    "fetched": "上次应答时间（UTC）",
    "sha256": "未压缩正文的 SHA-256",
    "body": "正文，Zstandard 压缩",
    "size": "压缩前字节数",
    "link_text": "指向该页的链接文字",
    "link_date": "链接旁的日期",
    "link_agency": "链接所在栏目的单位名称（原文）",
    "fetched_at": "抓取时间（UTC）",
    "status": "HTTP 状态码",
    "status_line": "应答的首行，原样；不是由网站发给我们的为空",
    "address": "应答的 IP 地址",
    "samples": "训练所用网页数",
    "dictionary": "压缩所用字典；未用时为空",
    "transferred": "传输字节的 SHA-256（内容编码使其不同时）",
    "headers": "JSON 数组：按接收顺序的 [名称, 值]",
    "payload": "正文的 SHA-256",
    "rendered": "1 为浏览器渲染后的网页，0 为原样正文",
    "run": "抓取它的运行",
    "error": "无法解析的原因",
    "capture": "所解析的抓取",
    "year": "报告年度",
    "is_report": "1 表示该文件是年度报告",
    "title": "标题（原文，去空格）",
    "published": "公开日期",
    "form": "表式：2021、2019、2014",
    "media_type": "按何种媒体类型解析",
    "charset": "解码所用字符编码",
    "documents.text": "清理后的正文，每块一行",
    "warnings": "JSON 数组：{code, detail}",
    "reader_version": "解析程序版本",
    "read_at": "解析时间（UTC）",
    "host_state": "所在网站：own 自有、government 政府、other 其他、clone 仿冒；网址不详时为空",
    "document": "文件",
    "section": "部分：disclosure、applications、review、annex",
    "item": "法定表格的行",
    "category": "法定表格的列",
    "value": "原文所载数字；空白、划线或无法确定时为空",
    "unit": "金额单位（原文）：元、万元",
    "printed": "单元格原文",
    "note": "单元格中数字以外的说明",
    "grid": "所在表格的序号；在文本行中时为空",
    "row": "表格中的行，从 0 起",
    "column": "表格中的列，从 0 起",
    "line": "正文中的行号，从 1 起；在表格中时为空",
    "method": "读取方式，如 ocr",
    "confidence": "识别的可信度",
    "ordinal": "文件中第几张表，从 0 起",
    "cells": "JSON 数组：逐行单元格文字（合并单元格的延续部分为 null）",
    "removals.text": "剔除的文字",
    "where": "JSON 数组：所在位置",
    "count": "剔除次数",
    "removals.rule": "依据的规则",
    "suggestion": "原处可能的文字，不写回正文",
    "checks.rule": "规则名称",
    "holds": "1 成立，0 不成立，空为无法判断",
    "detail": "不成立时的数字",
}

_ITEMS = {
    "applications.new": "applications received in the year",
    "applications.carried_in": "applications carried in from the year before",
    "applications.granted": "information given",
    "applications.partly_granted": "information given in part",
    "applications.denied_state_secret": "denied: state secret",
    "applications.denied_by_law": "denied: forbidden by another law or regulation",
    "applications.denied_public_security": "denied: endangers public security or social stability",
    "applications.denied_third_party": "denied: protects a third party's rights",
    "applications.denied_internal_affairs": "denied: the agency's internal affairs",
    "applications.denied_process": "denied: information of a process under way",
    "applications.denied_enforcement_file": "denied: file of an administrative enforcement case",
    "applications.denied_inquiry": "denied: matter of an administrative inquiry",
    "applications.unavailable_not_held": "not available: the agency does not hold it",
    "applications.unavailable_not_existing": "not available: it would have to be made",
    "applications.unavailable_unclear": "not available: still unclear after correction",
    "applications.rejected_petition": "not processed: a petition, report or complaint",
    "applications.rejected_repeat": "not processed: the same application again",
    "applications.rejected_publication": "not processed: asks for a publication",
    "applications.rejected_excessive": "not processed: very many applications without good reason",
    "applications.rejected_reconfirm": "not processed: asks to confirm or issue again what was given",
    "applications.other_handling": "other handling",
    "applications.other_not_corrected": "other handling: not corrected in time",
    "applications.other_fee_unpaid": "other handling: fee not paid in time",
    "applications.other_reason": "other handling: other reasons",
    "applications.handled_total": "total handled in the year",
    "applications.carried_over": "carried over to the year after",
    "review.reconsideration": "administrative reconsideration",
    "review.litigation_direct": "litigation without reconsideration before",
    "review.litigation_after_review": "litigation after reconsideration",
}


def table_words(name: str, english: str, language: str) -> str:
    """What one row of a table is."""
    return _TABLES.get(name, english) if language == "zh" else english


def view_words(name: str, english: str, language: str) -> str:
    """What one row of a view is."""
    return (_VIEWS.get(name, english) if language == "zh" else english).replace("`", "")


def column_words(table: str, column: str, english: str, language: str) -> str:
    """What a column holds; the declaration's words where there are no Chinese ones."""
    if language != "zh":
        return english
    return _COLUMNS.get(f"{table}.{column}", _COLUMNS.get(column, english))


def item_words(section: str, item: str) -> str:
    """A row of a statutory table in English."""
    return _ITEMS.get(f"{section}.{item}", item.replace("_", " "))
