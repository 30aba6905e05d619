"""The words that the demo district is made of; none of its places, firms or people exist."""

from typing import Final

DISTRICT: Final = "江湾区"
OFFICES: Final = (
    ("宣传科", "郑海燕"),
    ("三产服务科", "陆明"),
    ("市监分局", "高建国"),
    ("城管中队", "魏东"),
    ("文体站", "钟丽"),
    ("卫健科", "田雪梅"),
    ("教育科", "范文斌"),
    ("派出所", "林国栋"),
    ("交通运输分局", "赵敏"),
)
STREETS: Final = {
    "城关街道": ("东门社区", "西门社区", "学府社区", "荷塘社区"),
    "滨河街道": ("滨河社区", "望江社区", "渡口村", "柳林村"),
    "云台街道": ("云台社区", "新安社区", "石桥村", "南坡村"),
}
ROADS: Final = (
    "解放路",
    "人民路",
    "滨河大道",
    "云台路",
    "学府路",
    "新安街",
    "迎宾大道",
    "石桥路",
    "荷塘街",
    "文昌路",
    "建设路",
    "青年路",
)
BANKS: Final = ("江湾农商银行", "恒信银行", "惠民村镇银行", "华通银行", "城乡合作银行")
HOTELS: Final = ("云来", "江畔", "锦程", "如归", "望江楼", "青禾", "四季缘")
MARTS: Final = ("百佳联华", "家万福", "乐购邻里", "金谷")
SHOPS: Final = (
    "老街百货",
    "鑫鑫数码",
    "好邻居便利",
    "康宁药房",
    "时代通讯",
    "福满楼饭店",
    "爱家家电",
)
SCHOOLS: Final = ("实验小学", "第一中学", "职业中专", "中心小学", "外国语学校", "第二中学")
HOSPITALS: Final = ("人民医院", "中医院", "妇幼保健院", "社区卫生服务中心")
HOMES: Final = ("翠湖花园", "江南春晓", "锦绣家园", "望江雅苑", "云台新村")
PARKS: Final = ("公园", "广场", "湿地公园", "文化广场")
SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋"
GIVEN: Final = (
    "建华",
    "秀英",
    "伟",
    "静",
    "志强",
    "丽娟",
    "军",
    "晓燕",
    "海涛",
    "玉兰",
    "国庆",
    "春梅",
    "磊",
    "敏",
    "文杰",
    "雪",
    "光明",
    "桂芳",
)
# Kind: how many of two hundred, whose they are, and how many screens one has at the most.
KINDS: Final[dict[str, tuple[int, str, int]]] = {
    "bus": (30, "交通运输分局", 2),
    "bank": (22, "三产服务科", 3),
    "bus_stop": (14, "交通运输分局", 1),
    "hotel": (14, "三产服务科", 2),
    "shop": (14, "市监分局", 1),
    "school": (14, "教育科", 2),
    "supermarket": (12, "三产服务科", 3),
    "community": (12, "", 2),
    "street": (10, "城管中队", 1),
    "hospital": (8, "卫健科", 5),
    "market": (8, "市监分局", 2),
    "park": (8, "文体站", 1),
    "taxi": (8, "交通运输分局", 1),
    "residential": (8, "", 2),
    "road": (6, "城管中队", 1),
    "mall": (4, "三产服务科", 5),
    "government_hall": (3, "宣传科", 4),
    "enterprise": (2, "三产服务科", 2),
    "coach_station": (1, "交通运输分局", 6),
    "office": (1, "宣传科", 2),
    "other": (1, "文体站", 1),
}
WHERE: Final = {
    "bus": ("车厢前部", "车厢后部"),
    "taxi": ("后排屏",),
    "bus_stop": ("站台屏",),
    "bank": ("大堂屏", "叫号区屏", "自助区屏"),
    "hotel": ("前台屏", "电梯厅屏"),
    "supermarket": ("入口屏", "收银区屏", "服务台屏"),
    "hospital": ("门诊大厅屏", "取药窗口屏", "住院部屏", "缴费区屏", "体检中心屏"),
    "school": ("门厅屏", "食堂屏"),
    "market": ("入口大屏", "公示屏"),
    "mall": ("中庭大屏", "一层扶梯屏", "二层扶梯屏", "影院入口屏", "停车场屏"),
    "coach_station": (
        "候车厅屏",
        "售票厅屏",
        "检票口屏",
        "出站口屏",
        "进站口屏",
        "行包房屏",
    ),
    "government_hall": ("咨询台屏", "取号区屏", "等候区屏", "出入口屏"),
    "community": ("宣传栏屏", "服务大厅屏"),
    "residential": ("东门屏", "单元门厅屏"),
    "enterprise": ("园区大门屏", "食堂屏"),
    "office": ("门厅屏", "电梯厅屏"),
}
ANYWHERE: Final = ("大屏",)
LINES: Final = (
    ("1 路", "城关公交场", "06:00", "21:30"),
    ("3 路", "城关公交场", "06:10", "21:00"),
    ("6 路", "滨河公交场", "06:00", "20:30"),
    ("K2 快线", "滨河公交场", "06:30", "22:00"),
    ("云台专线", "云台公交场", "06:40", "19:30"),
)
# User name, name, role, unit, and whether he has his role over the whole district.
PEOPLE: Final = (
    ("xuanchuan", "陈静", "publicity", "宣传科", True),
    ("shenpi", "林国栋", "reviewer", "派出所", True),
    ("jiaotong", "赵敏", "transport", "交通运输分局", False),
    ("dianwei", "王秀英", "venue", "三产服务科", False),
    ("chakan", "孙立", "viewer", "城关街道", False),
    ("shenji", "钱程", "auditor", "宣传科", True),
)
