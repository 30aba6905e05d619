"""Units, people, venues of all kinds and screens of the district."""

from dataclasses import dataclass, field
from functools import partial

from server.foundation.public_ids import number
from tests.support.app.world import World
from tests.support.district.office import Json, Official
from tests.support.district.virtual import VirtualPlayer, bind_player

LANDSCAPE, PORTRAIT = (1920, 1080), (1080, 1920)
# Name of a unit and who leads it.
UNITS = (
    ("宣传科", "孔德明"),
    ("三产服务科", "方志远"),
    ("市监分局", "袁丽萍"),
    ("卫健科", "邓红"),
    ("教育科", "许文涛"),
    ("交通运输分局", "傅建国"),
    ("城管中队", "彭勇"),
    ("派出所", "鲁卫东"),
    ("城关街道", "苏敏"),
    ("滨河街道", "蒋海燕"),
)
LEADERS = {
    "滨江区": "潘立新",
    "东门社区": "何秀英",
    "河西社区": "谢军",
    "翠湖社区": "邹玲",
    "高新社区": "柏松",
}
COMMUNITIES = {"城关街道": ("东门社区", "河西社区"), "滨河街道": ("翠湖社区", "高新社区")}
PEOPLE = (
    ("chen", "陈静", "publicity", "宣传科", True),
    ("lin", "林国栋", "reviewer", "派出所", True),
    ("zhao", "赵敏", "transport", "交通运输分局", False),
    ("sun", "孙立", "viewer", "城关街道", False),
    ("qian", "钱程", "auditor", "宣传科", True),
)
# Name, kind, unit, contact; one of each kind, and a few more where there are many.
VENUES = (
    ("建设银行城关支行", "bank", "三产服务科", "王芳"),
    ("农商银行东门分理处", "bank", "三产服务科", "李强"),
    ("云来宾馆", "hotel", "三产服务科", "周莉"),
    ("百联超市河西店", "supermarket", "三产服务科", "吴磊"),
    ("万象商场", "mall", "三产服务科", "郑洁"),
    ("老街百货商行", "shop", "市监分局", "冯军"),
    ("区人民医院", "hospital", "卫健科", "褚医生"),
    ("城关第一小学", "school", "教育科", "卫老师"),
    ("东门农贸市场", "market", "市监分局", "蒋师傅"),
    ("滨河公园广场", "park", "城管中队", "沈工"),
    ("解放路沿街大屏", "street", "城管中队", "韩伟"),
    ("迎宾大道路口屏", "road", "城管中队", "杨帆"),
    ("3 路公交 012 号车", "bus", "交通运输分局", "朱师傅"),
    ("出租车 T-0316", "taxi", "交通运输分局", "秦师傅"),
    ("区客运站", "coach_station", "交通运输分局", "尤站长"),
    ("人民广场站台", "bus_stop", "交通运输分局", "许工"),
    ("东门社区服务站", "community", "城关街道", "何主任"),
    ("翠湖小区", "residential", "滨河街道", "吕经理"),
    ("高新产业园", "enterprise", "三产服务科", "施经理"),
    ("区政务服务大厅", "government_hall", "城关街道", "张科长"),
    ("区机关办公楼", "office", "宣传科", "孔科长"),
    ("文化馆", "other", "滨河街道", "曹馆长"),
)
MANUAL = ("万象商场", "滨河公园广场", "解放路沿街大屏", "迎宾大道路口屏")
WITHOUT = ("老街百货商行", "翠湖小区", "高新产业园")
# Venue, name of the screen, size.
SCREENS = (
    ("建设银行城关支行", "大堂东侧", LANDSCAPE),
    ("建设银行城关支行", "叫号区", LANDSCAPE),
    ("农商银行东门分理处", "营业厅", LANDSCAPE),
    ("云来宾馆", "前台", PORTRAIT),
    ("百联超市河西店", "入口立屏", PORTRAIT),
    ("区人民医院", "门诊大厅", LANDSCAPE),
    ("区人民医院", "取药窗口", LANDSCAPE),
    ("东门农贸市场", "入口大屏", LANDSCAPE),
    ("3 路公交 012 号车", "车厢前部", LANDSCAPE),
    ("区客运站", "候车厅", LANDSCAPE),
    ("人民广场站台", "站台灯箱屏", PORTRAIT),
    ("东门社区服务站", "宣传栏屏", LANDSCAPE),
    ("区政务服务大厅", "咨询台", LANDSCAPE),
    ("城关第一小学", "门厅", LANDSCAPE),
    ("区机关办公楼", "一楼大厅", LANDSCAPE),
    ("出租车 T-0316", "后排屏", LANDSCAPE),
)


@dataclass
class District:
    """The world with its people and objects; names lead to public ids."""

    world: World
    admin: Official
    people: dict[str, Official] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    venues: dict[str, str] = field(default_factory=dict)
    screens: dict[str, str] = field(default_factory=dict)
    players: dict[str, VirtualPlayer] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    playlists: dict[str, str] = field(default_factory=dict)
    campaigns: dict[str, str] = field(default_factory=dict)

    @property
    def chen(self) -> Official:
        """The publicity officer."""
        return self.people["chen"]

    @property
    def lin(self) -> Official:
        """The reviewer."""
        return self.people["lin"]

    def again(self) -> None:
        """Everyone signs in again, after the clock was moved."""
        for person in (self.admin, *self.people.values()):
            person.signs_in()


def settle(here: District) -> None:
    """Units and people, by the administrator."""
    admin = here.admin
    root = admin.does("GET", "/units")["items"][0]["id"]
    admin.does("PATCH", f"/units/{root}", name="滨江区", **_led_by(LEADERS["滨江区"], 0))
    here.units["滨江区"] = root
    for place, (name, leader) in enumerate(UNITS, 1):
        leadership = _led_by(leader, place)
        here.units[name] = admin.makes("/units", name=name, parent_id=root, **leadership)
    for street, communities in COMMUNITIES.items():
        for name in communities:
            leadership = _led_by(LEADERS[name], len(here.units))
            made = admin.makes("/units", name=name, parent_id=here.units[street], **leadership)
            here.units[name] = made
    for place, (username, name, role, unit, everywhere) in enumerate(PEOPLE):
        person = Official(here.world, username)
        over = root if everywhere else here.units[unit]
        admin.makes(
            "/users",
            username=username,
            password=person.password,
            name=name,
            phone=f"0571-5555{place + 2000}",
            unit_id=here.units[unit],
            roles=[{"role": role, "unit_id": over}],
        )
        here.people[username] = person.signs_in()


def _led_by(leader: str, place: int) -> Json:
    return {"leader": leader, "contact": f"0571-5555{place + 4000}"}


def open_venues(here: District) -> None:
    """Venues of all kinds; most with a player, one reported by hand, one without a screen."""
    for place, (name, kind, unit, contact) in enumerate(VENUES):
        access = "manual" if name in MANUAL else "none" if name in WITHOUT else "player"
        more: Json = {}
        if kind == "bank":
            more = {"hours": _bank_hours(), "closed_dates": ["2027-01-01"], "own_share": 0.2}
        here.venues[name] = here.chen.makes(
            "/venues",
            name=name,
            kind=kind,
            unit_id=here.units[unit],
            access=access,
            contact={"name": contact, "phone": f"0571-5555{place + 1000}"},
            **more,
        )


def bind_screens(here: District) -> None:
    """Players show codes, the publicity officer enters them; one screen still waits for its own."""
    for venue, name, size in SCREENS:
        here.players[name] = bind_player(
            here.world, size, partial(_enter, here, venue=venue, name=name)
        )
    here.screens["二楼展厅"] = here.chen.makes(
        "/screens", venue_id=here.venues["文化馆"], name="二楼展厅"
    )


def _enter(here: District, code: str, *, venue: str, name: str) -> None:
    pairing = {"user_code": code, "venue_id": here.venues[venue], "name": name}
    here.screens[name] = here.chen.does("POST", "/screens/pair", **pairing)["id"]


def number_of(public_id: str) -> int:
    """The row's number behind a screen's id."""
    return number("screen", public_id)


def _bank_hours() -> Json:
    """A midday break on Saturday, closed on Sunday."""
    week: Json = {str(day): [["08:30", "17:30"]] for day in range(1, 6)}
    return {**week, "6": [["09:00", "12:00"], ["13:30", "16:30"]]}
