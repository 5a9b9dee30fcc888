"""Reading: functions named for what they return. Nothing here writes or decides."""
