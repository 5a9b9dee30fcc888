"""Files that people bring: answers collected elsewhere, and postcodes. They are read as streams, whatever their size."""
