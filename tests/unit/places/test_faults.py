"""A faulty place pack is refused with a sentence that names the file, the row and the remedy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from feedback.errors import Refusal
from feedback.places import PlaceError, load_place
from feedback.places.loading import PACKS


@pytest.fixture
def pack(tmp_path):
    """A copy of the Southampton pack to damage."""
    return shutil.copytree(PACKS / "southampton", tmp_path / "pack")


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


FAULTS = yaml.safe_load(Path(__file__).with_name("faults.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["fault"] for fault in FAULTS])
def test_each_fault_has_its_sentence(pack, fault):
    change(pack / fault["file"], fault["old"], fault["new"])
    with pytest.raises(PlaceError) as refused:
        load_place(pack)
    assert fault["sentence"] in str(refused.value)
    assert fault["file"] in str(refused.value)
    assert re.search(r"[.)]$", str(refused.value))


@pytest.mark.parametrize(
    "file",
    [
        *("wards.csv", "ward_overlap.csv", "margins.csv", "profile.csv", "baselines.csv", "tiles.csv"),
        *("merges.yaml", "help_lines.yaml", "languages.yaml", "retention.yaml"),
    ],
)
def test_a_missing_file_is_named(pack, file):
    (pack / file).unlink()
    with pytest.raises(PlaceError, match=f"^{file}: there is no such file"):
        load_place(pack)


def test_a_file_in_another_encoding_is_refused(pack):
    (pack / "wards.csv").write_bytes("vintage,code\n2023,Châtelet\n".encode("cp1252"))
    with pytest.raises(PlaceError, match="wards.csv: it is not in UTF-8. Save it as 'CSV UTF-8'"):
        load_place(pack)


def test_a_byte_order_mark_does_no_harm(pack):
    wards = pack / "wards.csv"
    wards.write_text(wards.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert len(load_place(pack).wards()) == 17


@pytest.mark.parametrize("name", ["atlantis", "../southampton", "", "/nowhere/at/all"])
def test_an_unknown_place_names_those_there_are(name):
    with pytest.raises(PlaceError, match="There is no place pack .* Set PLACE to one of: southampton"):
        load_place(name)


def test_a_fault_is_a_refusal_that_a_page_can_show():
    assert issubclass(PlaceError, Refusal)
