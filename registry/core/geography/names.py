"""Names of Guizhou's counties and prefectures in Latin letters, by GB/T 2260 code: the outlines have Chinese ones only.

The short pinyin name without "County", "District" or the names of nationalities, as projects write it too.
"""

from __future__ import annotations

_COUNTIES = """
520102 Nanming 520103 Yunyan 520111 Huaxi 520112 Wudang 520113 Baiyun 520115 Guanshanhu 520121 Kaiyang 520122 Xifeng
520123 Xiuwen 520181 Qingzhen 520201 Zhongshan 520203 Liuzhi 520204 Shuicheng 520281 Panzhou 520302 Honghuagang
520303 Huichuan 520304 Bozhou 520322 Tongzi 520323 Suiyang 520324 Zheng'an 520325 Daozhen 520326 Wuchuan
520327 Fenggang 520328 Meitan 520329 Yuqing 520330 Xishui 520381 Chishui 520382 Renhuai 520402 Xixiu 520403 Pingba
520422 Puding 520423 Zhenning 520424 Guanling 520425 Ziyun 520502 Qixingguan 520521 Dafang 520523 Jinsha 520524 Zhijin
520525 Nayong 520526 Weining 520527 Hezhang 520581 Qianxi 520602 Bijiang 520603 Wanshan 520621 Jiangkou 520622 Yuping
520623 Shiqian 520624 Sinan 520625 Yinjiang 520626 Dejiang 520627 Yanhe 520628 Songtao 522301 Xingyi 522302 Xingren
522323 Pu'an 522324 Qinglong 522325 Zhenfeng 522326 Wangmo 522327 Ceheng 522328 Anlong 522601 Kaili 522622 Huangping
522623 Shibing 522624 Sansui 522625 Zhenyuan 522626 Cengong 522627 Tianzhu 522628 Jinping 522629 Jianhe
522630 Taijiang 522631 Liping 522632 Rongjiang 522633 Congjiang 522634 Leishan 522635 Majiang 522636 Danzhai
522701 Duyun 522702 Fuquan 522722 Libo 522723 Guiding 522725 Weng'an 522726 Dushan 522727 Pingtang 522728 Luodian
522729 Changshun 522730 Longli 522731 Huishui 522732 Sandu
"""
_WORDS = _COUNTIES.split()
COUNTIES_EN = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
PREFECTURES = {
    "5201": ("贵阳市", "Guiyang"),
    "5202": ("六盘水市", "Liupanshui"),
    "5203": ("遵义市", "Zunyi"),
    "5204": ("安顺市", "Anshun"),
    "5205": ("毕节市", "Bijie"),
    "5206": ("铜仁市", "Tongren"),
    "5223": ("黔西南布依族苗族自治州", "Qianxinan"),
    "5226": ("黔东南苗族侗族自治州", "Qiandongnan"),
    "5227": ("黔南布依族苗族自治州", "Qiannan"),
}
"""First four digits of a county's code -> names of the prefecture."""
