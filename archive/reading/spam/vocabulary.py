"""Words of injected advertising, by how much they tell: support for the evidence of shape and place, never a verdict alone.

General vocabulary of betting, lottery and adult advertising in Chinese, written in Simplified script and lower case; texts are
folded to that form before they are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Names that hardly stand on a government page for anything else.
BRANDS = """
新葡京 新葡萄京 澳门葡京 澳门金沙 金沙城 金沙娱乐 金沙官网 澳门银河 银河娱乐 银河官网 澳门永利 永利皇宫 永利娱乐 永利官网 澳门威尼斯 澳门新濠 澳门美高梅 澳门巴黎人
澳门太阳城 太阳城娱乐 太阳城官网 澳门皇冠 皇冠体育 皇冠足球 皇冠现金 皇冠网 皇冠官网 皇冠娱乐 皇冠登录 皇冠手机 威廉希尔 韦德国际 韦德体育 必威 万博体育 manbetx 欧宝体育 欧宝娱乐 乐鱼体育
乐鱼官网 乐鱼app 乐鱼全站 开云体育 开云官网 开云app 华体会 华体网 爱游戏体育 爱游戏官网 爱游戏app 半岛体育 半岛综合体育 半岛官网 半岛app 米兰体育 米兰官网 江南体育 星空体育 天博体育 天博综合 安博体育 博亚体育
博鱼体育 火狐体育 八戒体育 竞技宝 雷火电竞 雷速体育 雷速 九游会 九游 沙巴体育 沙巴足球 明升体育 金宝博 易胜博 博天堂 博狗 尊龙凯时 凯发k8 利来国际 千亿国际 千亿体育 环亚娱乐 同乐城 乐虎国际
大发体育 大发快三 大发娱乐 大发彩票 江苏快三 bbin ag真人 ag亚游 pg电子 mg电子 cq9 bwin betway bodog 1xbet dafabet yabo leyu hth kok体育 bob体育 ob体育 od体育 mk体育 ky体育 v体育 b体育 j9 ayx kaiyun
w88 m88 rb88 泛亚电竞 泛亚体育 杏彩 沐鸣 新浪彩票 500彩票 500万彩票 澳客网 球探网 球探体育 雨燕直播 捷报比分 好博体育 im体育 凤凰彩票 彩霸王 幸运飞艇 pk10 香港马会 管家婆 一肖一码 一码一肖 澳门百老汇
三亿体育 亚娱 贝博体育 开元棋牌 天天棋牌 全讯网 新2网 拉斯维加斯 菠萝视频 草莓视频 丝瓜视频 香蕉视频 荔枝视频 芭乐视频 榴莲视频 蜜桃视频 向日葵视频 樱桃视频 茄子视频 小蝌蚪视频 密桃app
"""

# Names that mean advertising only where a word of the trade follows.
AMBIGUOUS = """
葡京 金沙 银河 永利 威尼斯人 新濠 太阳城 皇冠 皇冠国际 立博 必发 伟德 优德 必赢 亚博 万博 欧宝 乐鱼 开云 爱游戏 半岛 米兰 天博 安博 博亚 博鱼 火狐 明升 平博 凯时 尊龙 凯发 利来 龙8 千亿 环亚 申博 乐虎
大发 亚游 杏耀 摩登 恒达 亿德 澳客 球探 乐彩 彩神 快三 必博 三亿 环球 贝博 雅博 新宝 世爵 亚洲城 大三元 金冠 开元 鸿运 鸿博 百老汇 巴黎人 美高梅 威尼斯 bob ob od mk ky ag pg mg im kok fun88 沙巴 泛亚 竞技宝 星空 江南 华体
"""
TRADE = r"(?=体育|娱乐|官网|官方网|app|彩票|登录|注册|棋牌|电竞|真人|电子游戏|手机版|手机app|下载|线上|投注|博彩|备用网|[·_])"

# Words of the trade that an honest page may use too: where gambling is fought, a lottery sold, a quiz held.
GAMBLING = """
博彩 投注 竞猜 足彩 竞彩 赌球 赌博 赌钱 德州扑克 轮盘 棋牌 快乐彩 好彩 彩票 精准资料 免费资料 正版资料 大小球 足球盘 押注 秒到账 送彩金 滚盘 老虎机 百家乐 六合彩 时时彩 北京赛车 炸金花 斗牛牛 捕鱼达人 捕鱼王
骰宝 真人荷官 真人娱乐 真人视讯 真人棋牌 赌场 赌城 外围投注 外围买球 滚球 娱乐城 娱乐场 现金网 信誉网 彩金 返水 买球网 买球平台 买球app 买球官网 买球软件 欧洲杯买球 世界杯买球 正规买球 真钱 特码 新澳 澳彩 天天彩
"""

PORN = """
无码 国产精品 亚洲精品 亚洲自拍 亚洲激情 亚洲熟女 欧美激情 自拍偷拍 偷拍自拍 国产自拍 熟女 熟妇 人妻 黄色视频 黄片 黄网站 毛片 a片 爱片 a级片 一级片 三级片 经典三级 性视频 性爱视频 性欧美 性色 av 成人片 成人电影
成人视频 成人免费 成人国产 成人一区 成人精品 色视频 色戒 水蜜桃 蜜臀 无删减 3p 啪啪 99热 99精品 99re 999精品 www日本 番号 涩爱 国语精品 大陆国产 国产一区 精品一区 艳情 情色 巨乳 内射 影音先锋 色网 18禁 福利视频
福利姬 伦理片 无遮挡 后入 啦啦操 中文字幕 精品国产 亚洲欧美 久久久 久久精品 午夜精品 麻豆 无吗
"""

# Innocent words that fill a banner of filth; several of them in one phrase tell, one does not.
LURES = """
久久 一区二区 二区三区 一二三区 三级 三级在线 字幕 激情 精品视频 国产在线 国产高清 欧美日韩 日韩欧美 欧美亚洲 亚洲国产 亚洲视频 免费高清 黄页 a级 成人 香蕉 丰满 丝袜 肉体 高潮 野战 喷水 少妇 老妇 夜色 蜜桃 密桃 乱码 大片
日韩 美女图片 精东 男男 嫩草 伦理 不卡 自拍 偷拍
"""

# Parts of advertising names that may also begin one: one such word is nothing, beside others it belongs to the name.
PARTS = """
365 288365 28365 bet 体育 娱乐 官方 官方授权 线上 网上 在线 手机 app 手机app 世界杯 欧洲杯 亚洲杯 美洲杯 欧冠 英超 西甲 意甲 德甲 中超 nba 足球 篮球 电子 电子游戏 游艺 游戏
备用 最新 十大 正规 中国 (中国) 澳门 英国 香港 亚洲 欧洲 美国 全球 决赛 预选赛 免费 高清 精品 国产 成人 欧美 日本 韩国 天堂 一级 二区 一区 三区 午夜 美女 黑人 飞禽走兽 授权 唯一 指定
电玩 国际 综合 全站 竞技 app下载 提款 提现 开户 信誉 现金 双式 过关 赔率 比分 盘口 外围 电竞 真人 捕鱼 斗地主 串关 2018 2019 2020 2021 2022 2023 2024 2025 2026
"""

# Parts that only end or continue a name; before one, they belong to the page (政府网站…).
ENDINGS = """
官网 官方网站 官方网址 官方入口 官方版 网站 网址 网址大全 平台 平台网址 注册 登录 登陆 下载 安装 入口 登录入口 注册登录 手机版 网页版 电脑版 最新版 客户端 直播 在线直播 首页 主页 (欢迎您) (欢迎光临) (欢迎你) 欢迎您
欢迎光临 欢迎你 游戏厅 游戏网站 集团 公司 有限公司 股份有限公司 备用网址 备用网站 线路 开奖结果 足彩网 体育网 彩票网 娱乐网 足球网 博彩网 投注网 直播网 棋牌网 球网 技巧 教程 方案 流程 失败 怎么办 合法吗 平台吗 靠谱吗 真的吗 可靠吗
怎么样 是真的吗 排行榜 排名 大全 代理 加盟 充值 客服 俱乐部 老哥 老哥俱乐部 交流社区 观看 在线观看 在线看 免费观看 视频 电影 影片 导航 网页 手游 赛事 球赛 城中心 中心官网 旗舰版 极速版 安卓 安卓版 苹果 苹果版 ios 最新地址
合作伙伴 赞助商 vip 优惠 体验金 试玩 玩法 专区 完整版 免费视频 剧情介绍 第一页 hd dvd 分钟 预测 赛程 门户网 通道 检测 中心登录
"""

# Names of honest media that stand in for a replaced name too; only place and repetition tell.
MEDIA = "腾讯体育 新浪体育 网易体育 搜狐体育 央视体育 爱奇艺体育 凤凰体育 虎扑体育 直播吧 懂球帝 咪咕体育 乐视体育"

# What may open an advertising name and tells nothing.
OPENINGS = """
国内有真正的 国内 国外 有真正的 真正的 真正 最好的 最靠谱的 靠谱的 正规的 最大的 最新的 最新 网上 手机 十大 正规 哪里有 哪个 哪家 怎么 如何 什么 有没有 免费 线上 在线 全球 亚洲 中国 英国 澳门
香港 欧洲 美国 世界 国际 官方 推荐 好用的 唯一 安全的 热门 知名 顶级 权威 专业的 盘点 2022 2023 2024 2025 2026 2021 2020 2018 2019
"""

# Phrases whose words are the state's own business.
HONEST = """
体育彩票 福利彩票 彩票公益金 彩票管理 彩票销售 彩票发行 彩票监管 彩票机构 彩票市场 彩票中心 彩票投注 彩票事业 彩票资金 彩票站 彩票店 即开型彩票 电脑彩票 投注站 投注额 投注机 投注点 投注单 竞猜型 体彩
福彩 体育局 体育总局 体育馆 体育场 体育中心 体育公园 体育运动 体育设施 体育事业 体育产业 体育健身 体育活动 体育赛事 体育总会 体育协会 体育学院 体育学校 体育课 体育教师 体育竞赛 体育指导员 体育用品 体育场地 体育场馆
体育旅游 体育强 体育工作 体育组织 体育行政 体育部门 体育界 体育人 体育考试 体育文化 体育传媒 体育委员会 体育广播 群众体育 竞技体育 社区体育 学校体育 文化体育 文体 教育体育 教体 旅游体育 广电体育 健康体育 科技体育 文旅体育 卫生体育
全民健身 博彩监察协调局 博彩监察 博彩业 幸运博彩 博彩税 博彩法 禁赌 赌博罪 开设赌场 网络赌博 聚众赌博 跨境赌博 参与赌博 赌博机 反赌 抗赌 戒赌 涉赌 网络博彩 非法博彩 境外博彩 地下博彩 娱乐场所 棋牌室 棋牌类 棋牌娱乐
棋牌活动 知识竞猜 有奖竞猜 竞猜活动 灯谜竞猜 互动竞猜 真人秀 真人真事 精品课 精品工程 国产化 国产软件 成人教育 成人高考 成人高校 未成年人 成人中等 久久为功 久久不 长久 在线平台 平台建设 平台管理 平台运营 平台维护 平台监管
平台信息 平台公开 政务平台 服务平台 网站建设 网站管理 网站群 网站集约 网站安全 激情广场 激情澎湃 干事创业激情 工作激情 奋斗激情 信誉等级 现金流 中国政府 中国共产党 中国特色 中国人民 中国梦
足球场 足球比赛 足球协会 足球改革 在线访谈 在线服务 在线办事 在线监测 网上直播 游戏规则 娱乐服务 丰满度 赛事活动 电子政务 电子邮箱 电子邮件 电子监察 电子版 电子化 电子商务 电子公告 公司登记
"""

# What a page says where it tells of gambling or of filth because it fights them.
FIGHTING = re.compile(
    r"打击|整治|查处|严禁|禁止|禁赌|赌博罪|反诈|诈骗|防范|防骗|犯罪|违法|非法|涉赌|涉嫌|案件|警方|公安|民警|取缔|查获|收缴|举报|扫黄|"
    r"淫秽|色情|低俗|警惕|谨防|治安|刑事|拘留|犯罪嫌疑|公益金|监管|销毁|检查|宣传|庄家、|不参与|拒绝|远离|劝导|抵制|骗局|受骗"
)

# Words that belong to the page, at which an advertising name ends or before which it begins.
GENUINE = re.compile(
    r"[省市县区镇乡村街局委厅署府办院所站处科室队我本各全该在和与及等对为是了由将于按以把被并向从到让使给共的之其据经年月日第条件项]"
    r"|政|公开|信息|工作|部门|机关|单位|关于|印发|申请|行政|管理|办法|条例|规定|指南|报告|年度|国家|人民|中华|文化|教育|卫生|健康|民政|财政|水务|水利|农业|林业|住房"
    r"|城乡|建设|交通|应急|审计|统计|税务|司法|发展|改革|科技|自然资源|生态|环境|退役|医疗|保障|人力|社会|市场|监督|商务|旅游|广电|民族|宗教|信访|数据|门户|主办|承办|版权"
    r"|技术支持|联系|地址|电话|通知|公告|公示|意见|方案》|严格|认真|全面|推进|积极|加强|落实|开展|进一步|召开|发布|来源|作者|时间|当前位置"
)

# What follows a replaced place or agency name: the rest of the agency's name, or the thing it owns.
AGENCY_REST = re.compile(
    r"(?:特别行政区|自治[区州县旗]|[省市县区镇乡村州旗]|街道|街办|人民政府|政府|政务|办事处|管委会|管理委员会|[局委厅署办](?![理法])|网(?!址)|门户|部门|机关|党委|人大|政协|信息中心"
    r"|(?:(?![的在和与了将为举参等是对由从到把被并于及开召打查])[\u4e00-\u9fff]){2,10}(?:局|委员会|委(?!会)|厅|办公室|办事处|中心|人民政府|政府|街道|镇|乡))"
)

LATIN_BRAND = r"(?<![\da-z])(?:\d{2,6}bet|be?a?t ?\d{2,6}|bt ?\d{2,6}|\d{0,5}365365|188体育|6686体育|hga?\d{3,5})(?![\da-km-z])"

_FOLDED = (
    "亞亚國国產产無无碼码線线綫线觀观視视頻频門门體体娛娱樂乐場场網网臺台競竞買买歐欧電电遊游戲戏註注冊册錄录載载開开雲云龍龙龜龟銀银麗丽馬马會会運运陽阳萬万億亿寶宝"
    "爾尔聯联賽赛戰战術术澤泽實实現现級级區区愛爱婦妇豐丰滿满亂乱濕湿黃黄頁页絲丝襪袜漢汉發发達达機机雙双飛飞獸兽獎奖賭赌賠赔盤盘圍围莊庄戶户標标籃篮樓楼試试聲声億亿"
    "蘋苹贊赞賬账號号極极準准專专業业園园島岛歡欢優优環环鳳凤撲扑鬥斗劇剧紹绍館馆廳厅蘿萝蘭兰幣币評评論论應应鏈链軟软際际團团維维強强資资選选規规則则務务報报導导養养蓮莲飲饮險险線线"
    "東东嚴严個个臨临為为舉举鄉乡從从眾众偉伟傳传倫伦關关內内農农決决減减凱凯擊击創创刪删別别勸劝辦办動动醫医華华協协單单衛卫縣县參参嗎吗員员噴喷圖图處处備备奮奋學学審审宮宫對对將将師师廣广當当態态總总恆恒掃扫護护"
    "擋挡數数時时權权條条來来樣样夢梦檢检櫻樱毀毁匯汇沒没測测澀涩滾滚燈灯點点熱热療疗監监積积穢秽稅税類类約约組组織织經经結结給给絡络絕绝統统綜综締缔繳缴腦脑騰腾艦舰豔艳藝艺蘇苏獲获營营裝装見见譽誉計计認认讓让訊讯"
    "記记設设訪访識识詐诈話话該该語语請请課课調调談谈謎谜謹谨譜谱貝贝財财敗败費费贏赢車车輪轮過过進进遠远違违郵邮鐘钟錢钱銷销鋒锋鎮镇長长間间隊队陸陆韋韦韓韩頂顶項项預预額额驗验騙骗魚鱼鳴鸣鴻鸿"
)
FOLD: dict[int, int] = {ord(_FOLDED[i]): ord(_FOLDED[i + 1]) for i in range(0, len(_FOLDED), 2)}
FOLD.update({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
FOLD.update({ord(letter): ord(letter.lower()) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
FOLD.update({0xFF21 + i: ord("a") + i for i in range(26)})


def fold(text: str) -> str:
    """The text in half-width, lower case and (for the words above) Simplified form, character for character."""
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

    Every branch begins with a plain character: then the search skips at once to places where a word can begin.
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
        "|".join(
            re.escape(first) + "(?:" + "|".join(rests) + ")" for first, rests in sorted(branches.items())
        )
    )
