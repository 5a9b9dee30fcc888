"""Postcodes of any release are imported whole or not at all, and looked up without a trace."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import AuditEntry
from feedback.places import current_place
from feedback.queries.postcodes import postcodes_known, ward_of
from feedback.services.importing.postcodes import import_postcodes
from tests.makers import BARGATE

BASSETT = "E05015492"
OLD_BARGATE = "E05002455"
LAYOUTS = {
    "ONSPD Feb 2023": (
        "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,oa11,lsoa11,msoa11",
        "{fixed},{fixed},{pcds},198001,{doterm},E99999999,E99999999,{la},{ward},E43000000,0,441900,112900,1,a,b,c",
    ),
    "NSPL 2021": (
        "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,oa21,cty,ced,laua,ward,nhser,ctry,rgn,pcon",
        "{fixed},{fixed},{pcds},198001,{doterm},0,441900,112900,1,oa,E99999999,E99999999,{la},{ward},n,c,r,p",
    ),
    "late 2025": (
        "PCD7,PCD8,PCDS,DOINTR,DOTERM,USRTYPIND,EAST1M,NORTH1M,GRIDIND,OA21CD,CTY25CD,CED25CD,LAD25CD,WD25CD,LAT",
        '"{fixed}","{fixed}","{pcds}",198001,"{doterm}",0,1,2,1,oa,E99999999,E99999999,"{la}","{ward}",50.9',
    ),
    "Aug 2026": (
        "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty26cd,ced25cd,lad26cd,wd26cd,imd25ind",
        "{fixed},{fixed},{pcds},198001,{doterm},0,1,2,1,oa,E99999999,E99999999,{la},{ward},12",
    ),
}


def write(path, layout: str, *rows: tuple[str, str, str, str]):
    header, line = LAYOUTS[layout]
    made = [
        line.format(pcds=pcds, fixed=pcds.replace(" ", "").ljust(7), la=la, ward=ward, doterm=doterm)
        for pcds, la, ward, doterm in rows
    ]
    path.write_text("\ufeff" + "\r\n".join([header, *made, ""]), encoding="utf-8")
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ONSPD.csv"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_wards_of_live_postcodes(session, file, layout) -> None:
    write(
        file,
        layout,
        ("SO14 0AA", "E06000045", BARGATE, ""),
        ("SO16 7AB", "E06000045", BASSETT, ""),
        ("SO14 9ZZ", "E06000045", BARGATE, "202001"),
        ("SO14 9XX", "E06000045", "", ""),
        ("PO1 1AA", "E06000044", "E05002444", ""),
    )
    steps: list[int] = []
    found = import_postcodes(file, current_place(), steps.append, actor="a test")
    assert (len(found.wards), found.ended, found.without_ward) == (2, 1, 1)
    assert sum(steps) == file.stat().st_size
    for typed in ("SO14 0AA", "so140aa", " so14-0aa ", "SO1 40AA"):
        assert ward_of(typed) == BARGATE
    for typed in ("PO1 1AA", "SO14 9ZZ", "", "SO14", "x" * 10_000, "SO14 0AA\x00' or 1=1", "ＳＯ１４"):
        assert ward_of(typed) is None


@pytest.mark.both_engines
def test_a_second_file_replaces_the_first(session, file) -> None:
    assert not postcodes_known()
    import_postcodes(write(file, "late 2025", ("SO14 0AA", "E06000045", BARGATE, "")), current_place(), actor="a test")
    later = write(file, "Aug 2026", ("SO16 7AB", "E06000045", BASSETT, ""))
    import_postcodes(later, current_place(), actor="a test", reason="a test")
    assert (ward_of("SO14 0AA"), ward_of("SO16 7AB")) == (None, BASSETT)
    assert postcodes_known()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("name,age\nx,1\n", "has no column for the postcode"),
        ("pcds,osward,oslaua\nSO14 0AA,a,b\n", "has no column for the end date"),
        ("", "is empty"),
        ("PK\x03\x04rest", "Excel workbook or a ZIP"),
        ("pcds,doterm,lad25cd,wd25cd\nPO1 1AA,,E06000044,E05002444\n", "holds no live postcode of Southampton"),
        ("pcds,doterm,lad25cd,wd25cd\nSO14 0AA,,E06000045\n", "line 2: 3 cells instead of 4"),
        (f"pcds,doterm,oslaua,osward\nSO14 0AA,,E06000045,{OLD_BARGATE}\n", "no longer in force"),
        ("pcds,doterm,lad25cd,wd25cd\nSO14 0AA,,E06000045,E05999999\n", "does not have .E05999999"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence_and_changes_nothing(session, file, tmp_path, content, sentence) -> None:
    good = write(tmp_path / "good.csv", "late 2025", ("SO14 0AA", "E06000045", BARGATE, ""))
    import_postcodes(good, current_place(), actor="a test")
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Refusal, match=sentence):
        import_postcodes(file, current_place(), actor="a test")
    assert ward_of("SO14 0AA") == BARGATE


def test_the_command_shows_what_it_did_and_refuses_in_a_sentence(app, file) -> None:
    write(file, "late 2025", ("SO14 0AA", "E06000045", BARGATE, ""))
    done = app.test_cli_runner().invoke(args=["postcodes", "import", str(file)])
    assert (done.exit_code, "1 live postcodes of Southampton in 1 wards" in done.output) == (0, True)
    with app.app_context():
        (entry,) = db.session.scalars(select(AuditEntry))
        assert (entry.actor, entry.action, entry.subject) == ("command line", "postcodes imported", "southampton")
        assert entry.detail == {"file": file.name, "postcodes": 1}
    missing = app.test_cli_runner().invoke(args=["postcodes", "import", str(file.with_name("nowhere.csv"))])
    assert (missing.exit_code, "nowhere.csv cannot be read" in missing.output) == (1, True)
