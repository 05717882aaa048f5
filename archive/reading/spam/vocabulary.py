"""Words of injected advertising, by how much they tell, and the words of the page around them.

The lists stand in words.txt, in Simplified script and lower case; texts are folded to that form to compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path


def _read(path: Path) -> dict[str, list[str]]:
    """The words of each [section] of a list; lines that begin with # are remarks."""
    sections: dict[str, list[str]] = {}
    words: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            words.extend(line.split())
    return sections


WORDS = _read(Path(__file__).with_name("words.txt"))

# What makes an ambiguous name (金沙, 江南) one of the trade.
_AFTER_TRADE = r"(?=城|场(?!所)|官|app|登|注册|手机|网|平台|投注|下载|入口|在线|直播|[_(·:—-]|$)"
TRADE = (
    rf"(?=(?:体育|娱乐|国际娱乐|真人娱乐|棋牌|电竞|博彩|彩票(?!店|站|销|$)){_AFTER_TRADE}|\d{{2,5}}(?:体育|娱乐|官网|真人|棋牌)|(?:集团)?[a-z]{{2,4}}\d{{3,6}}|[a-z]{{1,3}}\d{{1,3}}(?=体育|娱乐|官网|官方网|真人|棋牌|电竞|app|下载|平台|登录|注册|手机版)"
    r"|国际娱乐|国际_|国际官|集团官|全站|官网|官方网|中文(?:官|版)|app|彩票(?:官|网|平台)|登录入口|注册登录|棋牌(?:官|网|平台|游戏)"
    r"|电竞(?:官|平台|app)|真人|电子游戏|手机版|投注|博彩|备用网|[a-z]*bet|hth|\((?:中国|[a-z])|[·_])"
)

# What a page says where it tells of gambling or of filth because it fights them.
FIGHTING = re.compile(
    r"打击|整治|查处|严禁|禁止|禁赌|赌博罪|反诈|诈骗|防范|防骗|犯罪|违法|非法|涉赌|涉嫌|案件|警方|公安|民警|取缔|查获|破获|抓获|涉案|收缴|举报"
    r"|扫黄|淫秽|色情|低俗|警惕|谨防|治安|刑事|拘留|犯罪嫌疑|公益金|监管|销毁|检查|宣传|庄家、|不参与|拒绝|远离|劝导|抵制|骗局|受骗"
)

# Of those words the ones that nearly every report has too: they tell only where they stand close by.
EVERYDAY = frozenset("检查 宣传 监管 公安 治安 防范 举报 案件".split())

# Words that belong to the page, at which an advertising name ends or before which it begins.
GENUINE = re.compile(
    r"[省市县区镇乡村街局委厅署府办院所处科室队我本各全该和与及等对为是了由将于按以把被并向从到让使给共的之其据经年月日第条件项]|在(?!线)"
    r"|(?<!网)站|政|公开|信息|工作|部门|机关|单位|关于|印发|申请|行政|管理|办法|条例|规定|指南|报告|年度|国家|人民|中华|文化|教育|卫生|健康"
    r"|民政|财政|水务|水利|农业|林业|住房|城乡|建设|交通|应急|审计|统计|税务|司法|发展|改革|科技|自然资源|生态|环境|退役|医疗|保障"
    r"|人力|社会|市场|监督|商务|旅游|广电|民族|宗教|信访|数据|门户|主办|承办|版权|技术支持|联系|地址|电话|通知|公告|公示|意见|方案》"
    r"|情况|事项|费用|措施|严格|认真|全面|推进|积极|加强|落实|开展|进一步|召开|发布|来源|作者|时间|当前位置"
)

# What follows a replaced place or agency name: the rest of the agency's name, or the thing it owns.
AGENCY_REST = re.compile(
    r"(?:特别行政区|自治[区州县旗]|[省市县区镇乡村州旗]|街道|街办|人民政府|政府|政务|办事处|管委会|管理委员会|[局委厅署办](?![理法])"
    r"|网(?!址)|门户|部门|机关|党委|人大|政协|信息中心|(?:(?![的在和与了将为举参等是对由从到把被并于及开召打查])[\u4e00-\u9fff]){2,10}"
    r"(?:局|委员会|委(?!会)|厅|办公室|办事处|中心|人民政府|政府|街道|镇|乡))"
)

LATIN_BRAND = (
    r"(?<![\da-z])(?:\d{2,6}bet|be?a?t[ ·_—-]?\d{2,6}|bt ?\d{2,6}|\d{0,5}365365|188体育|6686体育|hga?\d{3,5}"
    r"|365(?=体育|娱乐|投注|彩票|棋牌|备用|英超|官网|官方网|网址|比分|在线体育|真人)"
    r"|(?!alphabet|between|better|beta|tibet|elizabet|diabet|sorbet|betray|bet[^a-z])[a-z]{0,7}bet[a-z]{0,8})(?![\da-z])"
)

# Traditional and Simplified form of the characters in these lists, in turn.
_FOLDED = (
    "亞亚國国產产無无碼码線线綫线觀观視视頻频門门體体娛娱樂乐場场網网臺台競竞買买歐欧電电遊游戲戏註注"
    "冊册錄录載载開开雲云龍龙龜龟銀银麗丽馬马會会運运陽阳萬万億亿寶宝爾尔聯联賽赛戰战術术澤泽實实現现"
    "級级區区愛爱婦妇豐丰滿满亂乱濕湿黃黄頁页絲丝襪袜漢汉發发達达機机雙双飛飞獸兽獎奖賭赌賠赔盤盘圍围"
    "莊庄戶户標标籃篮樓楼試试聲声億亿蘋苹贊赞賬账號号極极準准專专業业園园島岛歡欢優优環环鳳凤撲扑鬥斗"
    "劇剧紹绍館馆廳厅蘿萝蘭兰幣币評评論论應应鏈链軟软際际團团維维強强資资選选規规則则務务報报導导養养"
    "蓮莲飲饮險险線线東东嚴严個个臨临為为舉举鄉乡從从眾众偉伟傳传倫伦關关內内農农決决減减凱凯擊击創创"
    "刪删別别勸劝辦办動动醫医華华協协單单衛卫縣县參参嗎吗員员噴喷圖图處处備备奮奋學学審审宮宫對对將将"
    "師师廣广當当態态總总恆恒掃扫護护擋挡數数時时權权條条來来樣样夢梦檢检櫻樱毀毁匯汇沒没測测澀涩滾滚"
    "燈灯點点熱热療疗監监積积穢秽稅税類类約约組组織织經经結结給给絡络絕绝統统綜综締缔繳缴腦脑騰腾艦舰"
    "豔艳藝艺蘇苏獲获營营裝装見见譽誉計计認认讓让訊讯記记設设訪访識识詐诈話话該该語语請请課课調调談谈"
    "謎谜謹谨譜谱貝贝財财敗败費费贏赢車车輪轮過过進进遠远違违郵邮鐘钟錢钱銷销鋒锋鎮镇長长間间隊队陸陆"
    "韋韦韓韩頂顶項项預预額额驗验騙骗魚鱼鳴鸣鴻鸿"
)
FOLD: dict[int, int] = {ord(_FOLDED[i]): ord(_FOLDED[i + 1]) for i in range(0, len(_FOLDED), 2)}
FOLD.update({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
FOLD.update({ord(letter): ord(letter.lower()) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
FOLD.update({0xFF21 + i: ord("a") + i for i in range(26)})


def fold(text: str) -> str:
    """The text in half width, lower case and, for the listed characters, Simplified; its length stays."""
    return text.translate(FOLD)


def alternation(words: Iterable[str]) -> str:
    """A pattern of any of the words, longest first, branched by first character to stay fast."""
    branches: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        branches.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(
        re.escape(first) + ("(?:" + "|".join(rests) + ")" if any(rests) else "")
        for first, rests in sorted(branches.items())
    )


def unfolded(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words in a text that has not been folded.

    Every branch begins with a plain character: then the search skips to where a word can begin.
    """
    variants: dict[str, str] = {}
    for code, target in FOLD.items():
        variants[chr(target)] = variants.get(chr(target), chr(target)) + chr(code)
    branches: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        rest = "".join(f"[{re.escape(variants.get(letter, letter))}]" for letter in word[1:])
        for first in variants.get(word[0], word[0]):
            branches.setdefault(first, []).append(rest)
    return re.compile(
        "|".join(re.escape(first) + "(?:" + "|".join(rests) + ")" for first, rests in sorted(branches.items()))
    )
