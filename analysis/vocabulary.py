"""What audiences and ways of asking are called, in every page, workbook and file."""

AUDIENCES = {"analyst": "Analysts only", "partner": "Partner organisations", "public": "The public"}
METHODS = {
    "self_selected": "Open to everybody: people choose whether to take part",
    "sample": "Random sample of residents",
    "panel": "Standing panel of residents",
    "consultation": "Consultation: people choose whether to take part",
}
