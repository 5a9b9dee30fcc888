"""How answers come in, in the words that staff read and in the usual order."""

CHANNELS = {
    "online": "Online",
    "event_link": "Link or QR code of an event",
    "kiosk": "Tablet at an event",
    "officer": "Asked by an officer",
    "paper": "Paper",
}
