"""GitHub: one comment for each stack under a pull request, kept up to date."""
