"""What tablets send: its shapes as types, reading it strictly, and opening what is sealed."""
