"""How answers come in, as pages, workbooks and files call it, in the usual order."""

CHANNELS = {
    "online": "Online",
    "event_link": "Event link or QR code",
    "kiosk": "Tablet at an event",
    "officer": "Asked by an officer",
    "paper": "Paper",
}
