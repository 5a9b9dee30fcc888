"""What could be wrong with a file of answers or its map, looked for before anything is written."""
