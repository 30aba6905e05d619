"""The places of the district's venues, and the line of its bus."""

from tests.support.district.inventory import District
from tests.support.factories.district_outline import draw_outline

CENTRE = (30.205, 120.205)
# Address, community or street, degrees north and east of the centre; vehicles have no place.
PLACES = {
    "建设银行城关支行": ("解放路 26 号", "城关街道", 0.0009, 0.003),
    "农商银行东门分理处": ("解放路 118 号", "东门社区", 0.0026, 0.016),
    "云来宾馆": ("人民路 45 号", "城关街道", 0.006, -0.0013),
    "百联超市河西店": ("解放路 3 号", "河西社区", -0.0012, -0.012),
    "万象商场": ("人民路 60 号", "城关街道", 0.0015, -0.0012),
    "老街百货商行": ("老街 12 号", "东门社区", -0.003, 0.008),
    "区人民医院": ("人民路 8 号", "滨河街道", 0.014, -0.0028),
    "城关第一小学": ("文昌巷 5 号", "东门社区", 0.005, 0.01),
    "东门农贸市场": ("东门路 21 号", "东门社区", 0.0015, 0.021),
    "滨河公园广场": ("滨河大道 60 号", "滨河街道", 0.018, 0.009),
    "解放路沿街大屏": ("解放路 56 号", "城关街道", 0.0015, 0.0085),
    "迎宾大道路口屏": ("迎宾大道与解放路路口", "河西社区", -0.0008, -0.0052),
    "区客运站": ("迎宾大道 16 号", "河西社区", -0.017, -0.022),
    "人民广场站台": ("人民路，人民广场站", "城关街道", -0.006, 0.0012),
    "东门社区服务站": ("东门路 35 号", "东门社区", 0.0045, 0.023),
    "翠湖小区": ("翠湖路 9 号", "翠湖社区", 0.009, -0.016),
    "高新产业园": ("迎宾大道 388 号", "高新社区", 0.02, 0.019),
    "区政务服务大厅": ("人民路 120 号", "城关街道", -0.012, 0.0024),
    "区机关办公楼": ("人民路 100 号", "城关街道", -0.0095, 0.0018),
    "文化馆": ("滨河大道 18 号", "滨河街道", 0.013, 0.0025),
}
BUS, TAXI = "3 路公交 012 号车", "出租车 T-0316"
VEHICLES = {BUS: "浙A·30126", TAXI: "浙A·T0316"}


def run_a_line(here: District) -> None:
    """The bus line with its depot; the bus is one of its vehicles."""
    line = here.admin.makes(
        "/lines",
        unit_id=here.units["交通运输分局"],
        name="3 路",
        depot="城南车场",
        first_service="06:00",
        last_service="22:30",
    )
    _describe(here, BUS, line_id=line, depot="城南车场")
    for name, vehicle in VEHICLES.items():
        _describe(here, name, vehicle=vehicle)


def put_on_the_map(here: District) -> None:
    """Coordinates, community or street of the venues; an outline to draw them in."""
    for name, (address, territory, north, east) in PLACES.items():
        _describe(
            here,
            name,
            address=address,
            territory_unit_id=here.units[territory],
            lat=round(CENTRE[0] + north, 6),
            lon=round(CENTRE[1] + east, 6),
        )
    draw_outline(here.world.core.settings.data / "map", CENTRE, scale=0.3)


def _describe(here: District, venue: str, **fields: object) -> None:
    here.chen.does("PATCH", f"/venues/{here.venues[venue]}", **fields)
