"""Writing and deciding, by subject. Rooms, commands and the machine door call these; these call `queries`."""
