"""Every fixed word of the certificate in both languages. A test draws each of them and looks at every glyph."""

from __future__ import annotations

from registry.certificates.drawing.plain import Bilingual

CERTIFIES = {
    "issuance": Bilingual(
        "兹证明：下列项目在所载监测期内的岩溶碳汇增量，经独立核查，并由主管部门批准，签发为如下碳信用。",
        "It is certified that the enhancement below was independently verified and issued by the authority "
        "as these credits.",
    ),
    "inventory_statement": Bilingual(
        "兹声明：下列项目在所载监测期内的岩溶碳汇量，经独立核查，结果如下。本声明不产生碳信用。",
        "This states the karst carbon sink of the project below, as independently verified. "
        "It gives rise to no credits.",
    ),
}
NUMBER = Bilingual("证书编号", "No.")
PROJECT = Bilingual("项目", "Project")
PROPONENT = Bilingual("项目业主", "Proponent")
PLACE = Bilingual("所在地", "Location")
PERIOD = Bilingual("监测期", "Monitoring period")
METHODOLOGY = Bilingual("方法学", "Methodology")
VERIFICATION = Bilingual("核查", "Verification")
STATEMENT_NUMBER = Bilingual("核查报告编号", "Statement no.")
SERIALS = Bilingual("序列号", "Serial numbers")
VINTAGE = Bilingual("年份", "vintage")
DIVISION = "GB/T 2260"
OF_WHICH_BUFFER = Bilingual(
    "其中缓冲池 {buffer}，业主账户 {account}", "{buffer} to the buffer pool, {account} to the proponent"
)
REASON = Bilingual("未签发碳信用的原因", "Why no credits were issued")
VERIFIED_BY = Bilingual("核查机构签字", "Verified by")
DECIDED_BY = Bilingual("主管部门", "Authority")
ISSUED_ON = Bilingual("签发日期", "Date of issue")
SCAN = Bilingual("扫码在线查验", "Scan to check")
PAPER = Bilingual("请在线查验；仅凭本纸不构成证明。", "Check online: this paper alone proves nothing.")
SIGNED = Bilingual(
    "本文件带有电子签名（PAdES），内附机读记录 record.json。",
    "Digitally signed (PAdES), with the machine-readable record.json attached.",
)
KAPPA = Bilingual(
    "留存份额 κ = {kappa}；时间尺度：{horizon}",
    "Retained share κ = {kappa}; time horizon: {horizon}",
)
KAPPA_LONG = Bilingual(
    "κ 是水中碱度在声明地点留存的份额。本证书按 κ = {kappa} 核算，只对如下时间尺度作出声明：{horizon}。"
    "更长的时间尺度上，由碳酸盐岩溶蚀吸收的二氧化碳会随碳酸钙沉淀逐步返还大气。",
    "κ is the share of the water's alkalinity that stays at the place named. This certificate was computed with "
    "κ = {kappa} and speaks only for this horizon: {horizon}. Over geological time the CO₂ taken up by dissolving "
    "carbonate rock returns to the air as calcium carbonate precipitates.",
)
ANNEX = Bilingual("附页", "Annex")
CONTINUED = Bilingual("续前页", "Continued")
DERIVATION = Bilingual("数量的由来", "How the quantity came about")
HYDROGRAPH = Bilingual("监测期过程线", "The monitoring period")
FIGURES = Bilingual("主要数值", "Figures")
HORIZON = Bilingual("κ 与时间尺度", "κ and time horizon")
EVIDENCE = Bilingual("凭据摘要（SHA-256）", "Digests of the evidence (SHA-256)")
DIGESTS = Bilingual("编号与摘要（SHA-256）", "Numbers and digests (SHA-256)")
BUNDLE = Bilingual("证据包", "Evidence bundle")
RESULT = Bilingual("核算结果", "Result")
METHODOLOGY_DIGEST = Bilingual("方法学版本", "Methodology version")
ENGINE = Bilingual("核算引擎", "Engine")
IN_THE_LOG = Bilingual("在审计日志中的位置", "Place in the audit log")
LOG_RECORD = Bilingual("日志、记录号", "Log, record")
LEAF = Bilingual("叶摘要", "Leaf hash")
ROOT = Bilingual("检查点之根", "Signed root")
CHECKING = Bilingual("如何查验", "How to check")
CHECK_ONLINE = Bilingual("在线", "Online")
CHECK_OFFLINE = Bilingual("离线", "Offline")
OFFLINE_COMMAND = "python -m registry verify-certificate {number}.pdf --trust root.pem"
RAIN = {"day": Bilingual("日降雨量", "Daily rain"), "month": Bilingual("月降雨量", "Monthly rain")}
DISCHARGE = {
    "day": Bilingual("日均流量", "Daily mean discharge"),
    "month": Bilingual("月均流量", "Monthly mean discharge"),
}
FLUX = {
    "day": Bilingual("日吸收二氧化碳", "CO₂ taken up per day"),
    "month": Bilingual("月吸收二氧化碳", "CO₂ taken up per month"),
}
DEMO_MARK = "演示 DEMO 非真实签发"
DEMO_NOTE = Bilingual("演示数据，非真实签发", "Demonstration: not a real issuance")
PAGE = Bilingual("第 {page}/{pages} 页", "Page {page}/{pages}")
CORRECTION = Bilingual("签发后的更正", "Corrected after issuance")
CANCELLED_OF_IT = Bilingual(
    "{kind}：{day} 从本次签发中撤销 {quantity} t CO₂。",
    "{kind}: {quantity} t CO₂ of this issuance were cancelled on {day}.",
)
REPLACES = Bilingual("替代证书", "Replaces certificate")


def replaces(number: str) -> tuple[tuple[Bilingual, str], ...]:
    """The line that names the certificate whose place this one takes; none for most."""
    return ((REPLACES, number),) if number else ()
