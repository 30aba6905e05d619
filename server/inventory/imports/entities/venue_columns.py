"""The columns of tables of venues and of vehicles with their screens."""

from dataclasses import replace
from typing import Final

from server.foundation.i18n import Sentence
from server.inventory.imports.columns import cell_parsers
from server.inventory.imports.columns.fields import ID, Field
from server.inventory.imports.columns.hours_text import hours_of
from server.inventory.venues.kinds import KINDS, VEHICLES
from server.inventory.venues.labels import ACCESS, POLICIES

OTHER_KINDS: Final = {
    "银行": "bank", "酒店": "hotel", "宾馆": "hotel", "商店": "shop", "店铺": "shop",
    "菜市场": "market", "集贸市场": "market", "公园": "park", "广场": "park", "沿街": "street",
    "道路": "road", "主干道": "road", "公交": "bus", "公交车辆": "bus", "巴士": "bus",
    "出租": "taxi", "的士": "taxi", "汽车站": "coach_station", "站台": "bus_stop",
    "公交站": "bus_stop", "社区": "community", "村": "community", "村社区": "community",
    "村/社区": "community", "村居": "community", "小区": "residential", "企业": "enterprise",
    "园区": "enterprise", "政务大厅": "government_hall", "政务服务中心": "government_hall",
    "机关": "office", "其它": "other",
}  # fmt: skip
OTHER_ACCESS: Final = {
    "联网": "player", "播放终端": "player", "人工": "manual", "上报": "manual", "无": "none",
    "没有屏": "none",
}  # fmt: skip
OTHER_POLICIES: Final = {
    "接受": "always", "全部": "always", "是": "always", "仅紧急": "emergency",
    "只接受紧急": "emergency", "仅接受紧急情况": "emergency", "紧急": "emergency", "否": "never",
    "不": "never",
}  # fmt: skip
COORDS: Final = (
    ("wgs84", Sentence("WGS-84", "WGS-84")),
    ("gcj02", Sentence("GCJ-02", "GCJ-02")),
    ("bd09", Sentence("BD-09", "BD-09")),
)
OTHER_COORDS: Final = {
    "wgs": "wgs84", "gps": "wgs84", "天地图": "wgs84", "cgcs2000": "wgs84", "大地2000": "wgs84",
    "gcj": "gcj02", "高德": "gcj02", "高德地图": "gcj02", "高德坐标": "gcj02", "amap": "gcj02",
    "腾讯": "gcj02", "腾讯地图": "gcj02", "火星": "gcj02", "火星坐标": "gcj02", "国测局": "gcj02",
    "bd": "bd09", "bd09ll": "bd09", "bd-09ll": "bd09", "百度": "bd09", "百度地图": "bd09",
    "百度坐标": "bd09", "baidu": "bd09",
}  # fmt: skip


def _s(zh: str, en: str = "") -> Sentence:
    return Sentence(zh, en or zh)


KINDS_LISTED: Final = [(code, kind.name) for code, kind in KINDS.items()]

ID_FIELD: Final = Field(
    "id",
    ID,
    cell_parsers.code(64),
    ("venue_id", "点位id"),
    width=10,
    text=True,
    how=_s("导出时带出，用来认出同一条；新建时不填。", "As exported; leave it empty for new ones."),
    example=_s("v_12"),
)
CODE: Final = Field(
    "code",
    _s("编号", "Code"),
    cell_parsers.code(60),
    ("点位编号", "车辆编号", "代码", "序号编码"),
    None,
    text=True,
    how=_s(
        "本区台账里的编号，全区不重复；再次导入时按它认出同一条。",
        "The number of your own list, once in the district; tells what is the same next time.",
    ),
    example=_s("YH-0007"),
)
NAME: Final = Field(
    "name",
    _s("名称", "Name"),
    cell_parsers.text(120),
    ("点位名称", "点位", "单位名称"),
    width=26,
    how=_s("填平时的叫法，与台账一致最好。", "What people call the place."),
    example=_s("农商行城关支行"),
)
KIND: Final = Field(
    "kind",
    _s("类型", "Kind"),
    cell_parsers.choice(KINDS_LISTED, OTHER_KINDS),
    ("点位类型", "类别", "场所类型", "车辆类型"),
    choices=tuple(name for _, name in KINDS_LISTED),
    how=_s("从下拉中选。", "Choose from the list."),
    example=_s("银行网点", "Bank branch"),
)
UNIT: Final = Field(
    "unit_id",
    _s("责任单位", "Unit"),
    cell_parsers.text(200),
    ("单位", "所属单位", "管理单位", "unit"),
    width=20,
    choices="units",
    how=_s(
        "名称、代码或编号；重名时写“上级/名称”。不填就是页面上选的单位。",
        "Its name, code or id; parent/name where several are called so. Empty: as chosen on the "
        "page.",
    ),
    example=_s("城关街道"),
)
TERRITORY: Final = Field(
    "territory_unit_id",
    _s("属地", "Territory"),
    cell_parsers.text(200),
    ("属地社区", "所属社区", "territory"),
    None,
    width=20,
    choices="units",
    how=_s("所在的村或社区。", "The village or community in which it lies."),
    example=_s("东街社区"),
)
ACCESS_FIELD: Final = Field(
    "access",
    _s("接入方式", "Access"),
    cell_parsers.choice(list(ACCESS.items()), OTHER_ACCESS),
    ("接入",),
    choices=tuple(ACCESS.values()),
    how=_s("不填就是联网播放。", "Empty: Player."),
    example=ACCESS["player"],
)
ADDRESS: Final = Field(
    "address",
    _s("地址", "Address"),
    cell_parsers.text(255),
    ("详细地址", "位置"),
    "",
    width=28,
    example=_s("解放路 1 号"),
)
LAT: Final = Field(
    "lat",
    _s("纬度", "Latitude"),
    cell_parsers.number(-180, 180),
    ("北纬",),
    None,
    how=_s("度，小数；在本区约为 34 到 35。", "Degrees with decimals."),
    example=_s("34.2618"),
)
LON: Final = Field(
    "lon",
    _s("经度", "Longitude"),
    cell_parsers.number(-180, 180),
    ("东经", "lng"),
    None,
    example=_s("117.1849"),
)
COORD: Final = Field(
    "coord",
    _s("坐标系", "Coordinates"),
    cell_parsers.choice(COORDS, OTHER_COORDS),
    ("坐标系统", "坐标类型", "coordinate system"),
    choices=tuple(name for _, name in COORDS),
    how=_s(
        "高德、腾讯是 GCJ-02，百度是 BD-09，GPS 是 WGS-84；不填按页面上选的。",
        "Amap and Tencent are GCJ-02, Baidu is BD-09, GPS is WGS-84; empty: as chosen on the page.",
    ),
    example=_s("GCJ-02"),
)
HOURS: Final = Field(
    "hours",
    _s("营业时段", "Hours"),
    hours_of,
    ("开机时段", "运营时段", "营业时间", "开放时间"),
    None,
    width=30,
    how=_s(
        "新建时不填就是该类型的通常时段。", "For a new one empty means what is usual for its kind."
    ),
    example=_s("周一至周五 08:30-17:30；周六 09:00-12:00", "Mon-Fri 08:30-17:30; Sat 09:00-12:00"),
)
CONTACT_NAME: Final = Field(
    "contact_name",
    _s("联系人", "Contact"),
    cell_parsers.text(60),
    ("负责人", "联系人姓名"),
    "",
    example=_s("王经理"),
)
CONTACT_PHONE: Final = Field(
    "contact_phone",
    _s("联系电话", "Phone"),
    cell_parsers.code(30),
    ("电话", "手机", "手机号", "联系方式", "联系人电话"),
    "",
    text=True,
    width=16,
    example=_s("13900001234"),
)
TAGS: Final = Field(
    "tags",
    _s("标签", "Tags"),
    cell_parsers.tags,
    (),
    [],
    how=_s("几个之间用顿号。", "Commas between several."),
    example=_s("临街、大屏"),
)
OWN_SHARE: Final = Field(
    "own_share",
    _s("自有内容占比", "Own share"),
    cell_parsers.share,
    ("自有占比", "自有占比%", "自有内容占比%"),
    0.0,
    how=_s("每小时留给点位自有内容的部分。", "The part of an hour that the venue keeps."),
    example=_s("20%"),
)
POLICY: Final = Field(
    "takeover_policy",
    _s("接受紧急插播", "Takeovers"),
    cell_parsers.choice(list(POLICIES.items()), OTHER_POLICIES),
    ("紧急插播",),
    choices=tuple(POLICIES.values()),
    how=_s("不填就是全部接受。", "Empty: Always."),
    example=POLICIES["always"],
)
DISTANCE: Final = Field(
    "viewing_distance_m",
    _s("观看距离", "Viewing distance"),
    cell_parsers.number(0, 1000, over=True),
    ("观看距离m", "距离"),
    None,
    how=_s("米。", "Metres."),
    example=_s("4.5"),
)
LINE: Final = Field(
    "line_id",
    _s("线路", "Line"),
    cell_parsers.text(120),
    ("线路名称", "所属线路", "公交线路", "线路编号", "line"),
    None,
    choices="lines",
    how=_s("线路的名称或编号。", "The line's name or code."),
    example=_s("3 路"),
)
VEHICLE: Final = Field(
    "vehicle",
    _s("车号", "Vehicle"),
    cell_parsers.code(60),
    ("车牌", "车牌号", "自编号", "车牌/自编号", "车牌号/自编号", "车辆号", "车辆"),
    "",
    text=True,
    width=16,
    how=_s(
        "车牌或自编号；再次导入时按它认出同一辆车。",
        "Plate or number; tells which vehicle it is next time.",
    ),
    example=_s("苏C·10086"),
)
DEPOT: Final = Field(
    "depot",
    _s("车场", "Depot"),
    cell_parsers.text(120),
    ("场站", "停车场"),
    "",
    example=_s("城东车场"),
)
SERIAL: Final = Field(
    "serial",
    _s("屏序列号", "Screen serial"),
    cell_parsers.codes(120),
    ("显示屏序列号", "终端序列号", "设备序列号", "序列号", "serial", "sn"),
    text=True,
    width=20,
    how=_s(
        "车上播放终端的序列号，同时登记显示屏；两块屏写两个，用顿号。",
        "The player's serial: its screen is put on record too; commas between several.",
    ),
    example=_s("SN20260001"),
)

VENUE_FIELDS: Final = (
    CODE, NAME.must(), KIND, UNIT, TERRITORY, ACCESS_FIELD, ADDRESS, LAT, LON, COORD, HOURS,
    CONTACT_NAME, CONTACT_PHONE, TAGS, OWN_SHARE, POLICY, DISTANCE, LINE, VEHICLE, DEPOT,
)  # fmt: skip
VEHICLE_KIND: Final = replace(
    KIND,
    choices=tuple(kind.name for code, kind in KINDS.items() if code in VEHICLES),
    example=KINDS["bus"].name,
)
VEHICLE_FIELDS: Final = (
    LINE, VEHICLE.must(), DEPOT, SERIAL, VEHICLE_KIND, UNIT, CODE, CONTACT_NAME, CONTACT_PHONE,
    TAGS,
)  # fmt: skip
