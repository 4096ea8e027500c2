"""What is measured: each section returns its measurements."""
