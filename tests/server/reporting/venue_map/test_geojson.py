"""The office's own files: drawn where possible, with an explanation of errors."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.reporting.venue_map.geojson import LARGEST_BYTES, MOST_POINTS, Shapes, read_shapes

RING = [[117.0, 34.0], [117.2, 34.0], [117.2, 34.2], [117.0, 34.0]]


def feature(kind: str, coordinates: Any, name: Any = "本区") -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


def write(folder: Path, document: Any, name: str = "map.geojson") -> Shapes:
    text = document if isinstance(document, str) else json.dumps(document)
    (folder / name).write_text(text, encoding="utf-8")
    return read_shapes(folder)


@pytest.mark.parametrize(
    ("kind", "coordinates", "drawn", "parts"),
    [
        ("Polygon", [RING], "area", 1),
        ("MultiPolygon", [[RING], [RING, RING]], "area", 3),
        ("LineString", RING, "line", 1),
        ("MultiLineString", [RING, RING], "line", 2),
    ],
)
def test_areas_and_lines_are_drawn(
    tmp_path: Path, kind: str, coordinates: Any, drawn: str, parts: int
) -> None:
    found = write(tmp_path, {"type": "FeatureCollection", "features": [feature(kind, coordinates)]})
    (shape,) = found.shapes

    assert (shape.kind, shape.name, len(shape.parts)) == (drawn, "本区", parts)
    assert shape.parts[0][:4] == [117.0, 34.0, 117.2, 34.0]
    assert found.problems == ()


def test_a_feature_or_a_geometry_alone_is_enough(tmp_path: Path) -> None:
    assert write(tmp_path, feature("LineString", RING)).shapes
    assert write(tmp_path, {"type": "LineString", "coordinates": RING}).shapes
    both = {
        "type": "GeometryCollection",
        "geometries": [{"type": "Polygon", "coordinates": [RING]}],
    }
    assert write(tmp_path, {"type": "Feature", "properties": None, "geometry": both}).shapes


def test_points_and_features_without_a_place_are_passed_over(tmp_path: Path) -> None:
    nowhere = {"type": "Feature", "properties": {}, "geometry": None}
    features = [feature("Point", [117, 34]), nowhere, feature("Polygon", [RING])]

    assert len(write(tmp_path, {"type": "FeatureCollection", "features": features}).shapes) == 1


def test_a_file_of_a_chinese_map_is_turned_into_wgs84(tmp_path: Path) -> None:
    (shape,) = write(tmp_path, feature("LineString", RING), "d.gcj02.geojson").shapes
    (lon, lat) = shape.parts[0][:2]

    assert 0.003 < 117.0 - lon < 0.01
    assert 0 < abs(34.0 - lat) < 0.01


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("", "不是 GeoJSON"),
        ("{", "不是 GeoJSON"),
        ("[]", "不是 GeoJSON"),
        ("7", "不是 GeoJSON"),
        ("[" * 5000, "不是 GeoJSON"),
        ('{"type": "FeatureCollection"}', "不是 GeoJSON"),
        ('{"type": "FeatureCollection", "features": [7]}', "不是 GeoJSON"),
        ('{"type": "Topology", "arcs": []}', "不是 GeoJSON"),
        ('{"type": ["Polygon"], "coordinates": []}', "不是 GeoJSON"),
        ('{"type": "Polygon", "coordinates": 7}', "不是 GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "没有面或线"),
        ('{"type": "Point", "coordinates": [117, 34]}', "没有面或线"),
        ('{"type": "LineString", "coordinates": [[34.2, 117.1]]}', "[经度, 纬度]"),
        ('{"type": "LineString", "coordinates": [["117", "34"]]}', "[经度, 纬度]"),
        ('{"type": "LineString", "coordinates": [[true, 34]]}', "[经度, 纬度]"),
        ('{"type": "LineString", "coordinates": [[117]]}', "[经度, 纬度]"),
        ('{"type": "LineString", "coordinates": [[1e999, 34]]}', ""),
        ('{"type": "LineString", "coordinates": [[NaN, 34]]}', "不是 GeoJSON"),
    ],
)
def test_a_broken_file_gives_a_sentence(tmp_path: Path, document: str, sentence: str) -> None:
    found = write(tmp_path, document)
    (problem,) = found.problems

    assert found.shapes == ()
    assert problem.zh.startswith("map.geojson：")
    assert problem.en.startswith("map.geojson: ")
    assert sentence in problem.zh


def test_collections_within_collections_end(tmp_path: Path) -> None:
    document: Any = feature("LineString", RING)
    for _ in range(50):
        document = {"type": "FeatureCollection", "features": [document]}

    assert "不是 GeoJSON" in write(tmp_path, document).problems[0].zh


def test_one_broken_file_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path, "{", "a.geojson")
    found = write(tmp_path, feature("LineString", RING), "b.geojson")

    assert (len(found.shapes), len(found.problems)) == (1, 1)


@pytest.mark.slow
def test_sizes_are_bounded(tmp_path: Path) -> None:
    many = [[117 + place * 1e-6, 34.0] for place in range(MOST_POINTS // 2)]
    write(tmp_path, feature("LineString", many), "a.geojson")
    write(tmp_path, feature("LineString", many), "b.geojson")
    found = write(tmp_path, feature("LineString", RING), "c.geojson")
    assert len(found.shapes) == 2
    assert "6 万个点" in found.problems[0].zh

    (tmp_path / "d.geojson").write_bytes(b" " * (LARGEST_BYTES + 1))
    assert "8 MB" in read_shapes(tmp_path).problems[1].zh


def test_many_files_are_bounded(tmp_path: Path) -> None:
    for place in range(22):
        found = write(tmp_path, feature("LineString", RING), f"{place:02}.geojson")

    assert (len(found.shapes), len(found.problems)) == (20, 2)


def test_a_changed_file_is_reloaded_and_a_missing_folder_is_an_empty_map(tmp_path: Path) -> None:
    assert len(write(tmp_path, feature("LineString", RING)).shapes) == 1
    features = [feature("LineString", RING), feature("Polygon", [RING])]
    assert len(write(tmp_path, {"type": "FeatureCollection", "features": features}).shapes) == 2
    assert read_shapes(tmp_path / "nowhere") == Shapes()


def test_a_name_is_text_of_some_length(tmp_path: Path) -> None:
    assert write(tmp_path, feature("LineString", RING, 7)).shapes[0].name == ""
    assert len(write(tmp_path, feature("LineString", RING, "长" * 500)).shapes[0].name) == 60
