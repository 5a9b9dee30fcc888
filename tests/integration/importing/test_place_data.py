"""Postcodes and outlines that look wrong are asked about before anything is replaced, and what was there comes back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import AuditEntry, Boundary, Postcode
from feedback.places import PlacePack, current_place
from feedback.services.importing.boundaries import import_boundaries
from feedback.services.importing.place_data import undo
from feedback.services.importing.postcodes import import_postcodes

HEADER = "pcds,doterm,lad25cd,wd25cd\n"


def postcode_file(path: Path, wards: dict[str, str]) -> Path:
    rows = [f"{postcode},,E06000045,{ward}\n" for postcode, ward in wards.items()]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def full_list(place: PlacePack, each: int = 10) -> dict[str, str]:
    """`each` postcodes in every ward."""
    return {
        f"SO{number} {digit}AA": ward.code for number, ward in enumerate(place.wards(), 10) for digit in range(each)
    }


def kept_postcodes() -> dict[str, str]:
    return {row.postcode: row.ward_code for row in db.session.scalars(select(Postcode))}


def bring(path: Path, wards: dict[str, str], **options: Any) -> None:
    import_postcodes(postcode_file(path, wards), current_place(), actor="a test", **options)


def without_wards(wards: dict[str, str]) -> dict[str, str]:
    return {postcode: ward if number == 0 else "" for number, (postcode, ward) in enumerate(wards.items())}


def one_ward_empty(wards: dict[str, str]) -> dict[str, str]:
    codes = list(wards.values())
    return {postcode: codes[-1] if ward == codes[0] else ward for postcode, ward in wards.items()}


def one_ward_thin(wards: dict[str, str]) -> dict[str, str]:
    codes = list(wards.values())
    return {p: codes[-1] if w == codes[0] and number > 4 else w for number, (p, w) in enumerate(wards.items())}


def fewer(wards: dict[str, str]) -> dict[str, str]:
    return dict(list(wards.items())[::2])


def others(wards: dict[str, str]) -> dict[str, str]:
    codes = list(wards.values())
    return dict(zip(wards, [*codes[10:], *codes[:10]], strict=True))


def test_spaces_behind_the_codes_of_a_file_are_passed_over(session, tmp_path: Path) -> None:
    wards = full_list(current_place())
    path = tmp_path / "padded.csv"
    path.write_text(HEADER + "".join(f"{p}, ,E06000045 ,{w} \n" for p, w in wards.items()), encoding="utf-8")
    import_postcodes(path, current_place(), actor="a test")
    assert set(kept_postcodes().values()) == {ward.code for ward in current_place().wards()}


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without_wards, "169 of its 170 live postcodes of Southampton have no ward"),
        (one_ward_empty, "Wards that have postcodes now would have none: Banister and Polygon"),
        (one_ward_thin, "would lose more than a fifth of their postcodes: Banister and Polygon"),
        (fewer, "It has 85 postcodes with a ward; 170 are kept now"),
        (others, "170 of the postcodes that are kept now would lie in another ward"),
    ],
)
def test_postcodes_that_look_wrong_are_asked_about_and_undone(
    session, tmp_path: Path, change: Callable[[dict[str, str]], dict[str, str]], said: str
) -> None:
    file, wards = tmp_path / "ONSPD.csv", full_list(current_place())
    bring(file, wards)
    before = kept_postcodes()
    with pytest.raises(Refusal) as refused:
        bring(file, change(wards))
    assert said in str(refused.value)
    assert '--yes "the reason"' in str(refused.value)
    assert kept_postcodes() == before
    bring(file, change(wards), reason="the wards have changed")
    after = kept_postcodes()
    assert after != before
    assert undo("postcodes", current_place(), actor="a test") == 170
    assert kept_postcodes() == before
    undo("postcodes", current_place(), actor="a test")
    assert kept_postcodes() == after
    actions = [(entry.action, entry.detail.get("reason", "")) for entry in db.session.scalars(select(AuditEntry))]
    assert ("postcodes imported", "the wards have changed") in actions
    assert ("postcodes put back", "") in actions


def test_a_usual_update_asks_nothing_and_a_rehearsal_changes_nothing(session, tmp_path: Path) -> None:
    file, wards = tmp_path / "ONSPD.csv", full_list(current_place())
    bring(file, wards, rehearse=True)
    assert kept_postcodes() == {}
    bring(file, wards)
    with pytest.raises(Refusal, match="looks wrong"):
        bring(file, fewer(wards), rehearse=True)
    undo("postcodes", current_place(), actor="a test")
    assert kept_postcodes() == {}
    undo("postcodes", current_place(), actor="a test")
    bring(file, {**dict(list(wards.items())[1:]), "SO99 9ZZ": list(wards.values())[0]})
    assert "SO999ZZ" in kept_postcodes()


def test_the_commands_say_which_wards_have_none_and_put_back(app, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    with app.app_context():
        wards = full_list(current_place())
    nothing = run(args=["postcodes", "undo"])
    assert (nothing.exit_code, "nothing to put back" in nothing.output) == (1, True)
    part = postcode_file(tmp_path / "part.csv", dict(list(wards.items())[:20]))
    first = run(args=["postcodes", "import", str(part)])
    assert first.exit_code == 0, first.output
    assert "No postcode in 15 wards: Bassett, Bevois" in first.output
    gaps = postcode_file(tmp_path / "gaps.csv", without_wards(dict(list(wards.items())[:20])))
    refused = run(args=["postcodes", "import", str(gaps)])
    assert (refused.exit_code, "gaps.csv looks wrong" in refused.output) == (1, True)
    assert run(args=["postcodes", "import", str(gaps), "--yes", "because"]).exit_code == 0
    back = run(args=["postcodes", "undo"])
    assert "The former postcodes are back: 20." in back.output


Ring = list[list[float]]


def square(x: float, y: float, half: float = 0.002) -> Ring:
    return [
        [x - half, y - half],
        [x + half, y - half],
        [x + half, y + half],
        [x - half, y + half],
        [x - half, y - half],
    ]


def feature(code: str, geometry: dict[str, Any] | None, name: str = "WD25CD") -> dict[str, Any]:
    return {"type": "Feature", "properties": {name: code, "FID": 1}, "geometry": geometry}


def polygon(ring: Ring) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def features(**options: Any) -> list[dict[str, Any]]:
    return [feature(w.code, polygon(square(w.longitude, w.latitude)), **options) for w in current_place().wards()]


def collection(content: list[dict[str, Any]], **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **members, "features": content})


def draw(path: Path, text: str, **options: Any) -> int:
    path.write_text(text, encoding="utf-8")
    return import_boundaries(path, current_place(), actor="a test", **options)


def outlines() -> dict[str, list[Ring]]:
    return {row.ward_code: row.rings for row in db.session.scalars(select(Boundary))}


def mapped(content: list[dict[str, Any]], change: Callable[[Ring], Any]) -> list[dict[str, Any]]:
    return [
        {**one, "geometry": polygon([change(point) for point in one["geometry"]["coordinates"][0]])} for one in content
    ]


def reshaped(content: list[dict[str, Any]], change: Callable[[dict[str, Any]], Any]) -> list[dict[str, Any]]:
    return [{**one, "geometry": change(one["geometry"])} for one in content]


def with_a_point(geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [0, 0]}, geometry]}


def with_neighbours(content: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first = content[0]["properties"]["WD25CD"]
    return [{**one, "properties": {"next_code": first, "lau": one["properties"]["WD25CD"]}} for one in content]


OTHERS = [feature("E05000001", polygon(square(0, 51))), feature("E05000002", None)]
WGS_84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
AS_PROGRAMS_WRITE: dict[str, Callable[[], str]] = {
    "lower case": lambda: collection(features(name="wd24cd")),
    "code": lambda: collection(features(name="code")),
    "id of the feature": lambda: collection([{**one, "id": one["properties"].pop("WD25CD")} for one in features()]),
    "heights": lambda: collection(mapped(features(), lambda point: [*point, 12.5])),
    "open rings": lambda: collection(reshaped(features(), lambda g: polygon(g["coordinates"][0][:-1]))),
    "crs member": lambda: collection(features(), name="wards", crs=WGS_84),
    "geometry collections": lambda: collection(reshaped(features(), with_a_point)),
    "a feature a line": lambda: "\n".join(json.dumps(one) for one in features()),
    "any name of the property": lambda: collection(features(name="lau")),
    "small letters": lambda: collection(features()).replace('"E0', '"e0'),
    "codes of neighbours beside": lambda: collection(with_neighbours(features())),
    "others beside": lambda: collection([*OTHERS, *features()]),
    "a byte order mark": lambda: "\ufeff" + collection(features()),
}


@pytest.mark.parametrize("kind", AS_PROGRAMS_WRITE)
def test_outlines_are_read_as_programs_write_them(session, tmp_path: Path, kind: str) -> None:
    assert draw(tmp_path / "wards.geojson", AS_PROGRAMS_WRITE[kind]()) == 17
    drawn = outlines()
    assert len(drawn) == 17
    assert all(len(rings) == 1 and len(rings[0]) == 5 for rings in drawn.values())


def test_a_ward_in_two_features_keeps_both_parts(session, tmp_path: Path) -> None:
    ward = current_place().wards()[0]
    island = feature(ward.code, polygon(square(ward.longitude + 0.01, ward.latitude)))
    draw(tmp_path / "wards.geojson", collection([*features(), island]))
    assert len(outlines()[ward.code]) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: collection(mapped(c, lambda p: [p[1], p[0]])), "latitude and longitude in the wrong order"),
        (lambda c: collection(mapped(c, lambda p: [p[0] + 5, p[1]])), "No outline in wards.geojson holds"),
        (lambda c: collection(mapped(c, lambda p: [-p[0], p[1]])), "No outline in wards.geojson holds"),
        (lambda c: collection(mapped(c, lambda p: [4e5 + p[0], 1e5 + p[1]])), "perhaps in British National Grid"),
        (lambda c: collection(c, crs={"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}), "EPSG::27700"),
        (lambda c: json.dumps({"type": "Topology", "objects": {}}), "is TopoJSON"),
        (lambda c: json.dumps(c[0]), "has no outline for"),
        (lambda c: "", "is empty"),
        (lambda c: collection([]), "holds no area"),
        (lambda c: json.dumps({"geometryType": "esriGeometryPolygon", "features": []}), "JSON of ArcGIS (f=json)"),
        (lambda c: json.dumps({"type": "GeometryCollection", "geometries": []}), "holds no list of features"),
        (lambda c: collection([*c[1:], {**c[0], "geometry": None}]), "has no outline for Banister"),
        (lambda c: collection(mapped(c, lambda p: [1e999, p[1]])), "an outline that cannot be read"),
        (lambda c: collection([{"properties": {"WD22CD": "E05002455"}, "geometry": None}]), "no longer in force"),
    ],
)
def test_outlines_that_lie_elsewhere_are_refused(session, tmp_path: Path, change, said: str) -> None:
    path = tmp_path / "wards.geojson"
    draw(path, collection(features()))
    before = outlines()
    for reason in ("", "because"):
        with pytest.raises(Refusal) as refused:
            draw(path, change(features()), reason=reason)
        assert said in str(refused.value)
    assert outlines() == before


def test_an_outline_that_does_not_fit_its_ward_is_asked_about_and_undone(session, tmp_path: Path) -> None:
    path, first = tmp_path / "wards.geojson", features()
    draw(path, collection(first))
    before = outlines()
    codes = [one["properties"]["WD25CD"] for one in first]
    exchanged = [
        {**one, "properties": {"WD25CD": code}}
        for one, code in zip(first, [codes[1], codes[0], *codes[2:]], strict=True)
    ]
    with pytest.raises(Refusal, match="does not hold the latitude and longitude .* Banister and Polygon, Bargate"):
        draw(path, collection(exchanged))
    city = current_place().wards()[0]
    wide = [{**first[0], "geometry": polygon(square(city.longitude, city.latitude, 0.5))}, *first[1:]]
    with pytest.raises(Refusal, match="The outline of another ward covers the middle of"):
        draw(path, collection(wide))
    assert outlines() == before
    assert draw(path, collection(exchanged), reason="drawn anew", rehearse=True) == 17
    assert outlines() == before
    draw(path, collection(exchanged), reason="drawn anew")
    assert outlines() != before
    undo("boundaries", current_place(), actor="a test")
    assert outlines() == before


def anything(depth: int = 0) -> Any:
    chance = random.random()
    if depth > 4 or chance < 0.3:
        return random.choice([None, 1, -1.4, 50.9, "x", "E05015490", True, 1e308, float("nan"), [], {}])
    if chance < 0.6:
        return [anything(depth + 1) for _ in range(random.randint(0, 4))]
    keys = ("type", "features", "geometry", "coordinates", "properties", "code", "geometries", "crs", "id")
    kinds = ("Polygon", "MultiPolygon", "FeatureCollection", "GeometryCollection")
    return {random.choice(keys): random.choice([anything(depth + 1), *kinds]) for _ in range(4)}


def test_whatever_json_holds_it_is_read_or_refused_in_a_sentence(session, tmp_path: Path) -> None:
    random.seed(7)
    path = tmp_path / "wards.geojson"
    for number in range(600):
        wards = [{**one, "geometry": anything()} for one in features(name="code")]
        content = {"type": "FeatureCollection", "features": wards, "crs": anything()} if number % 2 else anything()
        with pytest.raises(Refusal):
            draw(path, json.dumps(content))
    assert outlines() == {}
