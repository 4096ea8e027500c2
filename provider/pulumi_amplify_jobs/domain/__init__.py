"""What a job is, and what is decided about it: pure functions of data and one moment."""
