"""Files that people bring: answers collected elsewhere, and postcodes. Each is read as a stream, whatever its size."""
