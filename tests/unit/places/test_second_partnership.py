"""Another partnership is another folder: a made-up one loads and works."""

from __future__ import annotations

import pytest
from flask import Flask

from feedback.cli.place import command
from feedback.config import Settings
from feedback.places import current_place, load_place
from feedback.places.keeping import KINDS

FILES = {
    "place.yaml": """
slug: exampleton
name: Exampleton
partnership: Exampleton Community Safety Partnership
council: Exampleton Borough Council
police: Exampleshire Police
authority_code: E07999999
authority_source: made up for a test
website: ""
exit_url: https://weather.example
bsl_video: https://films.example/survey
contacts:
  - {id: survey_team, label: Questions, value: "survey@exampleton.example", source: made up}
ward_vintages:
  - {id: "2019", label: Three wards}
current_vintage: "2019"
population: {total: 1000, all_ages: 1200, source: made up, note: ""}
tiles: {shape: square, note: ""}
lists:
  places: [{code: market, label: The market}]
""",
    "wards.csv": """\
vintage,code,name,ons_name,in_force_from,in_force_to,population_2021,latitude,longitude,note,source
2019,E05999901,North,North,2019-05-02,,300,52.1,-1.0,,made up
2019,E05999902,"Bridge, Lower",Lower Bridge,2019-05-02,,300,52.0,-1.0,,made up
2019,E05999903,Östra,Ostra,2019-05-02,,600,52.0,-0.9,,made up
""",
    "ward_overlap.csv": "old_code,new_code,share_of_residents,share_of_postcodes,residents_2021,comparability,"
    "reason,source\n",
    "margins.csv": """\
variable,category,label,count,universe,source
ward,E05999901,North,300,all_ages,made up
ward,E05999902,Lower Bridge,300,all_ages,made up
ward,E05999903,Ostra,600,all_ages,made up
age_band,16_17,16 to 17,50,16_and_over,made up
age_band,18_24,18 to 24,150,16_and_over,made up
age_band,25_34,25 to 34,150,16_and_over,made up
age_band,35_44,35 to 44,150,16_and_over,made up
age_band,45_54,45 to 54,150,16_and_over,made up
age_band,55_64,55 to 64,150,16_and_over,made up
age_band,65_74,65 to 74,100,16_and_over,made up
age_band,75_plus,75 and over,100,16_and_over,made up
sex,female,Female,510,16_and_over,made up
sex,male,Male,490,16_and_over,made up
ethnic_group,white,White,801,all_ages,made up
ethnic_group,mixed,Mixed,100,all_ages,made up
ethnic_group,asian,Asian,100,all_ages,made up
ethnic_group,black,Black,100,all_ages,made up
ethnic_group,other,Other,100,all_ages,made up
""",
    "profile.csv": "variable,ward,category,label,count,universe,reference_date,source,note\n",
    "baselines.csv": "id,year,survey,concept,geography,vintage,dimension,group,label,percent,n,n_is,design_effect,"
    "rounding,published,method,weighting,wording,scale,base,base_rule,comparability,reason,sentence,source\n",
    "tiles.csv": "code,column,row\nE05999901,0,0\nE05999902,0,1\nE05999903,1,1\n",
    "merges.yaml": "fewest: 5\nvariables:\n  sex: []\n",
    "help_lines.yaml": """
help_lines:
  - {code: emergency, name: Emergency, number: "999", topics: [emergency], verified: true, source: made up}
""",
    "retention.yaml": "source: made up\nkinds:\n"
    + "".join(f"  - {{code: {kind}, what: {kind}, months: 12, from: a day, why: made up}}\n" for kind in KINDS),
    "languages.yaml": """
source: made up
languages:
  - {code: en, name: English, own_name: English, direction: ltr, people: null, state: checked, note: ""}
""",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_it_loads_and_works(folder):
    place = load_place(folder)
    assert (place.name, place.contact, place.contact_for("nobody")) == ("Exampleton", "survey@exampleton.example", "")
    assert [ward.name for ward in place.wards()] == ["Bridge, Lower", "North", "Östra"]
    assert place.margins.groupby("variable")["population"].sum().unique().tolist() == [1000]
    assert place.comparable_wards("E05999901", "E05999902") == "not"
    assert place.words["lists"]["places"] == [{"code": "market", "label": "The market"}]
    assert [len(frame) for frame in (place.baselines, place.profile, place.merges)] == [0, 0, 0]
    assert place.baselines["percent"].dtype == float


def test_people_are_whole_even_where_shares_are_not(folder):
    """801 of 1,201 of 1,000 is 666.9: the largest remainder decides, and the sum holds."""
    people = load_place(folder).margins.query("variable == 'ethnic_group'").set_index("category")["population"]
    assert people.to_dict() == {"white": 667, "mixed": 84, "asian": 83, "black": 83, "other": 83}


def test_nothing_of_southampton_is_in_it(folder):
    assert "outhampton" not in repr(load_place(folder)).replace(str(folder), "")


def test_the_app_uses_the_place_that_its_settings_name_and_reads_it_once(folder):
    app = Flask(__name__)
    app.config["SETTINGS"] = Settings(place=str(folder))
    with app.app_context():
        assert current_place().name == "Exampleton"
        assert current_place() is current_place()


@pytest.fixture
def flask_place(folder):
    """`flask place ...` in an app whose place is the second partnership."""
    app = Flask(__name__)
    app.config["SETTINGS"] = Settings(place=str(folder))
    app.cli.add_command(command)
    return lambda *words: app.test_cli_runner().invoke(args=["place", *words])


def test_a_pack_can_be_checked_from_the_command_line(flask_place):
    result = flask_place("check")
    assert result.exit_code == 0
    assert result.output.splitlines()[:2] == [
        "Exampleton (Exampleton Community Safety Partnership)",
        "  3 wards, 1,000 residents of 16 and over",
    ]
    assert "to be filled in" not in result.output
    assert "to be filled in before real use: Questions about the survey" in flask_place("check", "southampton").output


def test_the_command_line_says_what_is_wrong(flask_place, folder):
    (folder / "tiles.csv").unlink()
    result = flask_place("check")
    assert result.exit_code == 1
    assert result.output.startswith("Error: tiles.csv: there is no such file in ")
