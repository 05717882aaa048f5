"""Imitation pages of every site family, drawn from a seed, with the article's true text known.

Nothing here is copied from a page: sentences, agencies and figures are made up; the markup follows the families.
"""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

FAMILIES = (
    "trs",
    "trs_paged",
    "trs_fujian",
    "hanweb",
    "hanweb_class",
    "jpaas",
    "xxgk",
    "vsb",
    "ucap",
    "gkmlpt",
    "gkmlpt_script",
    "nfcms",
    "anhui_label",
    "openness",
    "jiangxi",
    "ilist",
    "eportal",
    "aspnet",
    "spa",
    "shanghai",
    "siteserver",
    "phpcms",
    "tables_of_layout",
)


@dataclass
class Imitation:
    """A page, and what is true of it: its prose, its title, the strings of its chrome and of its injection."""

    family: str
    markup: str
    title: str
    prose: list[str]
    cells: list[str]
    chrome: list[str] = field(default_factory=list)
    injected: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)


_STREETS = "清溪 望江 石桥 东门 永兴 南湖 柳林 白塔 新桥 金鸡岭 体育场路 双河 云台 澄江 宝塔山".split()
_DISTRICTS = "临河 越州 南定 北原 江宁浦 青阳 西岭 秀水".split()
_OPENING = (
    "本报告根据《中华人民共和国政府信息公开条例》和上级关于报告格式的通知要求编制，所列数据的统计期限自{y}年1月1日起至12月31日止。",
    "按照《中华人民共和国政府信息公开条例》第五十条的规定，{a}编制并公布{y}年度政府信息公开工作年度报告。",
    "现公布{a}{y}年政府信息公开工作年度报告，全文由六个部分组成，如对内容有疑问请与{a}党政综合办公室联系，电话：0571-8{n}。",
)
_PROSE = (
    "{y}年，{a}坚持以公开为常态、不公开为例外，把群众关心的事项放在公开工作的首位，全年召开专题会议{k}次。",
    "在主动公开方面，通过门户网站、公告栏和便民服务中心发布各类信息{n}条，其中涉及民生保障的{k}条。",
    "在依申请公开方面，完善登记、审核、答复、归档各环节的流程，做到件件有着落、事事有回音。",
    "在信息管理方面，严格执行先审查后公开制度，明确专人负责，定期清理过期内容，全年没有发生泄密事件。",
    "在平台建设方面，对栏目进行了重新梳理，新增重点领域专栏{k}个，并把群众来信的办理结果一并公布。",
    "在监督保障方面，将公开工作纳入年度考核，组织业务培训{k}场，参加人员{n}人次。",
    "辖区内体育彩票公益金资助的健身路径共{k}处，建设和使用情况均已公示。",
    "我们还联合派出所开展了打击网络赌博和电信诈骗的宣传，发放材料{n}份。",
    "通过村（社区）公开栏公布集体资产、低保名单、征地补偿等事项{n}次，接受群众监督。",
    "办事指南按照最新要求作了修订，凡法律法规已经调整的事项都在{k}个工作日内更新。",
)
_PROBLEMS = (
    "一是公开内容的深度还不够，个别栏目更新不够及时；二是业务人员变动频繁，对条例的理解还需要加强。",
    "存在的主要问题是解读形式比较单一，群众参与的渠道不多，与新形势的要求还有差距。",
)
_PLANS = (
    "下一步，将加强队伍建设，健全工作机制，拓宽公开渠道，努力提高公开的质量和水平。",
    "今后将从三个方面改进：加强学习培训，细化公开目录，强化督促检查，确保各项要求落到实处。",
)
# Honest short lines that look like chrome and are none.
_BEFORE = ("（{y}年度）", "{d}政办发〔{y1}〕{k}号", "（{y1}年1月18日）", "{d}区{a}")
_AFTER = ("联系人：王小明　联系电话：0571-8{n}", "（此件公开发布）", "监督电话：0571-8{n}", "附：名词解释")
_CLOSING = ("本年度没有收取信息处理费。", "本机关{y}年度无其他需要报告的事项。", "除上述情况外，没有其他事项需要报告。")
_HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
_CHROME = {
    "crumbs": (
        "当前位置：首页 > 政务公开 > 政府信息公开年报",
        "您的位置： 首页 >> 信息公开 >> 年度报告",
        "首页 / 政府信息公开 / 法定主动公开内容 / 政府信息公开年报",
        "您现在所在的位置：网站首页＞街道办事处＞年报",
    ),
    "info": (
        "发布时间：{y1}-01-18 09:26 来源：{a} 浏览次数：{n} 次",
        "信息来源：{a} 发布日期：{y1}-01-20 字体：[大 中 小]",
        "时间：{y1}-01-15 15:35 来源：{a} 作者：办公室 点击数：{n}",
        "日期：{y1}年01月22日 【字号：大 中 小】 【打印】 【关闭】",
        "发布日期：{y1}-01-20 10:30 | 来源：{d}区人民政府 | 浏览次数： | 字体：大 中 小",
        "信息来源：本网　　发布时间：{y1}/1/19　　点击数：{n}　　视力保护色：",
        "{y1}-01-16 08:30:00　来源：{a}",
        "文章来源：{a}　更新时间：{y1}-01-19　阅读：{n}次",
        "索引号：11330000/{y1}-0{n} 发布机构：{a} 公开方式：主动公开 文号：无",
    ),
    "tools": (
        "【打印本页】 【关闭窗口】",
        "打印 关闭 收藏",
        "分享到： 微信 新浪微博 QQ空间",
        "字号：大 中 小",
        "[ 打印 ] [ 关闭 ] [ 返回顶部 ]",
        "一键分享",
        "我要纠错",
        "语音播报",
        "【大】【中】【小】",
        "分享：",
        "T大 T小",
        "【我要打印】 【关闭】",
        "视力保护色：",
        "[返回]",
        "打印本页 | 关闭窗口",
        "打开微信，点击底部的“发现”，使用“扫一扫”即可将网页分享至朋友圈。",
    ),
    "after": (
        "责任编辑：王小明",
        "（责任编辑：李雷 审核：韩梅）",
        "扫一扫在手机打开当前页",
        "扫一扫，手机查看本页",
        "上一篇：关于公布行政执法主体的公告",
        "下一篇：没有了",
        "上一条：某某街道{y}年度法治政府建设情况 下一条：无",
        "浏览次数：{n}",
        "编辑：信息中心 审核：张三",
        "上一篇： 没有了",
        "本文链接：http://www.example.gov.cn/zwgk/{n}.html",
        "【打印正文】【关闭窗口】",
        "您是第 {n} 位访问者",
        "文件下载",
        "扫描二维码用手机浏览",
        "Top",
        "发布人：管理员",
    ),
    "related": (
        "关于做好防汛工作的通知",
        "{d}区{y}年重点工作安排",
        "街道召开安全生产部署会",
        "一图读懂办事流程",
        "便民服务中心搬迁公告",
        "社区文化节开幕",
        "政府信息公开指南",
        "政府信息公开制度",
        "法定主动公开内容",
        "依申请公开",
        "{a}{y}年政府信息公开工作年度报告解读",
    ),
    "footer": (
        "版权所有：{d}区人民政府",
        "主办：{d}区人民政府办公室 承办：{d}区大数据中心",
        "浙ICP备0{n}号-1",
        "浙公网安备 3301060200{n}号",
        "网站标识码：3301060001",
        "地址：{d}区人民路1号 邮编：310000 联系电话：0571-8{n}",
        "建议使用1366*768分辨率、IE9.0以上浏览器访问本站",
        "网站地图 联系我们 隐私声明",
        "Copyright © {y1} All Rights Reserved",
        "技术支持：某某科技有限公司",
        "京ICP备{n}5678号 公安机关备案号：1101010200{n}",
        "政府网站找错 党政机关",
        "本站支持IPv6",
        "站点地图 | 关于我们 | 网站声明",
        "主办单位：{a} 维护单位：{d}区信息中心",
    ),
    "bars": (
        "无障碍浏览 长者模式 繁體 English",
        "进入无障碍 | 关怀版 | 登录 | 注册",
        "欢迎您访问{d}区人民政府门户网站！今天是星期三",
        "适老化版 手机版 微信 微博",
    ),
    "comments": ("网友评论", "文明上网理性发言，请遵守评论服务协议", "验证码：", "发表评论"),
}
WAYS = (
    '<div style="display:none">{}</div>',
    '<div style="VISIBILITY: hidden">{}</div>',
    '<div style="position:absolute;left:-9999px;top:0">{}</div>',
    '<div style="position: fixed; top: -1200px">{}</div>',
    '<span style="font-size:0px">{}</span>',
    '<div style="overflow:hidden;height:0">{}</div>',
    '<div style="overflow:hidden;width:1px;height:1px">{}</div>',
    '<font color="#ffffff">{}</font>',
    '<span style="color:#ffffff;background-color:#fff">{}</span>',
    '<div style="opacity:0">{}</div>',
    '<div style="filter:alpha(opacity=0)">{}</div>',
    '<div style="text-indent:-9999px">{}</div>',
    '<div style="clip-path: inset(100%)">{}</div>',
    '<div style="position:absolute;clip:rect(0,0,0,0)">{}</div>',
    '<div style="position:relative;z-index:-1">{}</div>',
    '<marquee width="0" height="0" scrollamount="9999">{}</marquee>',
    "<div hidden>{}</div>",
    "<script>document.write('<div style=\"display:none\">');</script><div>{}</div>"
    '<script>document.write("</div>")</script>',
    "<style>#h4sia{{position:absolute;left:-3000px}}</style><div id=h4sia>{}</div>",
    '<div id="yyy80">{}</div><script>document.getElementById("yyy80").style.display="none";</script>',
    "<style>.cfrze {{ display: none; }}</style><div class='cfrze'>{}</div>",
    "<script>document.write('<style>.fpxfr{{display:none}}</style>')</script><ul class=fpxfr><li>{}</li></ul>",
    '<div style="margin-left:-2000px">{}</div>',
    '<div style="transform:translateX(-9999px)">{}</div>',
)
HIDDEN_ADVERTISING = (
    '<a href="http://www.yl{n}.example.com/">澳门新葡京娱乐城</a>',
    '<a href="https://bet{n}.example.net/">365bet体育在线投注</a> <a href="/">皇冠比分网</a>',
    '<a href="http://m.k{n}.example.org/x.html">必威体育官网app下载</a>',
    '<a href="http://xx{n}.example.xyz/">快速办证</a>',
    "百家乐_老虎机_真人娱乐_澳门威尼斯人",
)
_TOKENS = (
    "365体育投注-【官方授权】@",
    "英皇娱乐_英皇国际_英皇娱乐官网",
    "bet{n}体育在线官网",
    "澳门新葡京娱乐场官网",
    "威尼斯人博彩-【指定平台】@",
    "亚博体育_亚博体育官网_亚博app下载",
)


class _Writer:
    def __init__(self, seed: int, family: str) -> None:
        self.random = random.Random(f"{family}-{seed}")
        self.year = self.random.randint(2019, 2024)
        self.district = self.random.choice(_DISTRICTS)
        self.agency = f"{self.random.choice(_STREETS)}街道办事处"
        self.chrome: list[str] = []

    def fill(self, template: str) -> str:
        number = self.random.randint
        return (
            template.replace("{y1}", str(self.year + 1))
            .replace("{y}", str(self.year))
            .replace("{a}", self.agency)
            .replace("{d}", self.district)
            .replace("{n}", str(number(1000, 9999)))
            .replace("{k}", str(number(2, 30)))
        )

    def pick(self, templates: tuple[str, ...]) -> str:
        return self.fill(self.random.choice(templates))

    def some(self, kind: str, most: int) -> list[str]:
        chosen = self.random.sample(_CHROME[kind], self.random.randint(1, min(most, len(_CHROME[kind]))))
        lines = [self.fill(line) for line in chosen]
        self.chrome.extend(lines)
        return lines


def _table(rows: list[list[str]], writer: _Writer) -> str:
    border = writer.random.choice(('border="1"', 'class="MsoNormalTable" cellspacing="0"', ""))
    wrap = writer.random.choice(("{}", "<p>{}</p>", "<span>{}</span>", '<span style="font-size:12pt">{}</span>'))
    body = "".join("<tr>" + "".join(f"<td>{wrap.format(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table {border}><tbody>{body}</tbody></table>"


def _tables(writer: _Writer) -> list[list[list[str]]]:
    number = writer.random.randint
    kinds = ("规章", "行政规范性文件", "行政许可", "行政处罚", "行政强制", "行政事业性收费")
    seven = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    requests = (
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "三、本年度办理结果（一）予以公开",
        "四、结转下年度继续办理",
    )
    return [
        [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]]
        + [[kind, *(str(number(0, 40)) for _ in range(3))] for kind in kinds],
        [["申请人情况", *seven]] + [[label, *(str(number(0, 9)) for _ in seven)] for label in requests],
        [
            ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"],
            ["未经复议直接起诉", *(str(number(0, 3)) for _ in range(4))],
        ],
    ]


def _paragraph(text: str, style: int, writer: _Writer) -> str:
    text = html.escape(text, quote=False)
    if style == 0:
        return f"<p>{text}</p>"
    if style == 1:
        half = len(text) // 2
        return (
            f'<p class="MsoNormal" style="text-indent:32.0pt;line-height:28pt;"><span style="font-family:仿宋_GB2312;'
            f'font-size:16pt;color:rgb(51,51,51);">{text[:half]}</span><span style="font-size:16.0000pt;">'
            f"{text[half:]}<o:p></o:p></span></p>"
        )
    if style == 2:
        return f"　　{text}<br>\n"
    if style == 3:
        return f"<div>&nbsp;&nbsp;&nbsp;&nbsp;{text}</div>"
    return f'<p style="text-indent: 2em;"><font face="仿宋">{text}</font></p>'


def imitate(family: str, seed: int, *, inject: bool = False) -> Imitation:
    """One page of a family; with `inject`, tokens stand in its text and hidden links in its markup."""
    writer = _Writer(seed, family)
    title = f"{writer.agency}{writer.year}年政府信息公开工作年度报告"
    tables = _tables(writer)
    prose = [writer.pick(_OPENING), _HEADINGS[0]]
    prose += [writer.fill(line) for line in writer.random.sample(_PROSE, writer.random.randint(4, 8))]
    prose += [*_HEADINGS[1:5], writer.pick(_PROBLEMS), writer.pick(_PLANS), _HEADINGS[5], writer.pick(_CLOSING)]
    if writer.random.random() < 0.4:
        prose.insert(0, writer.pick(_BEFORE))
    signed = writer.random.random() < 0.6
    if signed:
        prose += [writer.agency, f"{writer.year + 1}年1月{writer.random.randint(5, 28)}日"]
    if writer.random.random() < 0.4:
        prose.append(writer.pick(_AFTER))
    printed = list(prose)
    injected: list[str] = []
    if inject:
        token = writer.fill(writer.random.choice(_TOKENS))
        injected.append(token)
        printed[4] = f"{token}{writer.agency}的有关情况如下。{printed[4]}"
        printed[5 + writer.random.randint(0, 1)] += f"由{token}人民政府负责落实。"
    style = writer.random.randint(0, 4)
    parts = []
    for line in printed:
        parts.append(_paragraph(line, style, writer))
        if line in _HEADINGS[1:4]:
            parts.append(_table(tables[_HEADINGS.index(line) - 1], writer))
    if inject:
        for _ in range(2):
            way = writer.random.choice(WAYS)
            advertising = writer.fill(writer.random.choice(HIDDEN_ADVERTISING))
            parts.insert(writer.random.randint(2, len(parts)), way.format(advertising))
            injected += [text for text in _texts(advertising) if text]
        # The sentence that the token was added to is the injection's, but for the words around the token.
        prose = [line.replace(token, "") for line in printed]
    attachments = [f"附件：{writer.agency}{writer.year}年年报.docx"] if writer.random.random() < 0.4 else []
    parts += [f'<p><a href="/files/{writer.year}/a.docx">{name}</a></p>' for name in attachments]
    shown_title = f"{injected[0]}{title}" if inject and writer.random.random() < 0.3 else title
    markup = _page(writer, family, shown_title, "\n".join(parts), prose)
    cells = [cell for table in tables for row in table for cell in row]
    return Imitation(family, markup, title, prose, cells, writer.chrome, injected, attachments)


def _texts(markup: str) -> list[str]:
    return [part.strip() for part in re.split(r"<[^>]+>", markup) if part.strip()]


def _lines(writer: _Writer, kind: str, most: int, tag: str = "div", name: str = "") -> str:
    label = f' class="{name}"' if name else ""
    return "".join(f"<{tag}{label}>{line}</{tag}>" for line in writer.some(kind, most))


def _around(writer: _Writer) -> tuple[str, str]:
    """Chrome that a family prints right above and below its article, sometimes inside the container."""
    named = writer.random.random() < 0.5
    above = _lines(writer, "info", 1, "p", "article_info" if named else "") + _lines(
        writer, "tools", 2, writer.random.choice(("div", "p", "span")), "share" if named else ""
    )
    below = _lines(writer, "after", 5, writer.random.choice(("p", "div")), "pageturn" if named else "")
    if writer.random.random() < 0.5:
        links = "".join(
            f'<li><a href="/x/{n}.html">{line}</a></li>' for n, line in enumerate(writer.some("related", 5))
        )
        heading = writer.random.choice(("相关链接", "相关阅读", "推荐阅读：", "相关文章"))
        writer.chrome.append(heading)
        below += f"<h3>{heading}</h3><ul>{links}</ul>"
    if writer.random.random() < 0.2:
        below += _lines(writer, "comments", 4, "p")
    return above, below


_BODIES: dict[str, Callable[[str], str]] = {
    "trs": lambda body: f"<div class=TRS_Editor>{body}</div>",
    "trs_fujian": lambda body: (
        '<div class="article_area"><div class="article_content font_family_cn">'
        f"<div class=TRS_Editor>{body}</div></div></div>"
    ),
    "hanweb": lambda body: f'<div id="zoom"><!--ZJEG_RSS.content.begin-->{body}<!--ZJEG_RSS.content.end--></div>',
    "hanweb_class": lambda body: f'<div class="zoom">{body}</div>',
    "jpaas": lambda body: f'<div class="article-conter" id="content">{body}</div>',
    "vsb": lambda body: (
        '<form name="_newscontent_fromname"><div id="vsb_content">'
        f'<div class="v_news_content">{body}</div></div></form>'
    ),
    "ucap": lambda body: f'<div class="article oneColumn"><div id="UCAP-CONTENT">{body}</div></div>',
    "gkmlpt": lambda body: f'<div class="article-content">{body}</div>',
    "nfcms": lambda body: f'<div class="news_cont_d_wrap">{body}</div>',
    "anhui_label": lambda body: f'<div class="wzcon j-fontContent">{body}</div>',
    "shanghai": lambda body: f'<div id="ivs_content" class="Article_content">{body}</div>',
    "spa": lambda body: f'<div class="detail-body" v-html="doc">{body}</div>',
}


def _page(writer: _Writer, family: str, title: str, body: str, prose: list[str]) -> str:
    above, below = _around(writer)
    inside = writer.random.random() < 0.4
    kept = f"{above}{body}{below}" if inside else body
    if family == "trs_paged":
        half = body.find("</table>") + len("</table>")
        kept = f"<div class=TRS_Editor>{body[:half]}</div><div class=TRS_Editor>{body[half:]}</div>"
        inside = False
    elif family == "xxgk":
        rows = "".join(
            f"<tr><td>{name}</td><td>{value}</td></tr>"
            for name, value in (("索引号", "002489/2024-0001"), ("发布机构", writer.district), ("文号", "无"))
        )
        writer.chrome += ["索引号", "002489/2024-0001"]
        kept = f'<div class="xxgk_box"><table class="xxgk_article">{rows}</table><div id="zoom">{kept}</div></div>'
    elif family == "gkmlpt_script":
        detail = json.dumps({"id": 1, "title": title, "content": kept}, ensure_ascii=True).replace("</", "<\\/")
        kept = f'<div id="app"></div><script>window._CONFIG = {{SID:"755041", DETAIL:{detail}}};</script>'
    elif family in _BODIES:
        kept = _BODIES[family](kept)
    else:
        kept = f'<div class="{writer.random.choice(("nr", "detail", "cont", "con_text", "main-txt"))}">{kept}</div>'
    if not inside:
        kept = above + kept + below
    heading = writer.random.choice(
        (f"<h1>{title}</h1>", f'<div class="title">{title}</div>', f'<h2 class="bt">{title}</h2>')
    )
    nav = "".join(
        f'<li><a href="/{n}/">{name}</a></li>' for n, name in enumerate(("首页", "政务公开", "办事服务", "互动交流"))
    )
    bars = _lines(writer, "bars", 2)
    crumbs = _lines(writer, "crumbs", 1, "div", writer.random.choice(("crumb", "position", "")))
    news = "".join(f'<li><a href="/n/{n}.html">{line}</a></li>' for n, line in enumerate(writer.some("related", 4)))
    foot = _lines(writer, "footer", 8, "p")
    head = (
        f'<head><meta charset="utf-8"><title>{title}_{writer.district}区人民政府</title>'
        f'<META content="{writer.district}区人民政府" NAME="SiteName"><meta name="ArticleTitle" content="{title}">'
        f'<meta name="PubDate" content="{writer.year + 1}-01-20 10:00">'
        f'<meta name="ContentSource" content="{writer.agency}">'
        "<style>.a{color:red}</style></head>"
    )
    if family in ("tables_of_layout", "ilist", "aspnet", "siteserver"):
        form = ('<form id="form1" method="post"><input type="hidden" name="__VIEWSTATE" value="x">', "</form>")
        opened, closed = form if family == "aspnet" else ("", "")
        return (
            f"<html>{head}<body>{opened}<table width=980><tr><td>{bars}<ul>{nav}</ul></td></tr>"
            f"<tr><td>{crumbs}</td></tr>"
            f"<tr><td><table><tr><td width=200><ul>{news}</ul></td><td>{heading}{kept}</td></tr></table></td></tr>"
            f"<tr><td align=center>{foot}</td></tr></table>{closed}</body></html>"
        )
    return (
        f'<!DOCTYPE html><html>{head}<body><div class="header">{bars}<ul class="nav">{nav}</ul></div>'
        f'<div class="wrap">{crumbs}<div class="left"><h3>信息公开目录</h3><ul>{news}</ul></div>'
        f'<div class="main">{heading}{kept}</div></div><div class="footer">{foot}</div></body></html>'
    )
