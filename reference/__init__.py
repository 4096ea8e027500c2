"""What the documentation takes from the code: tables, schemas and the terminal picture.

`make docs` writes it, and a test compares it with what is committed. A page is written by hand; the
parts between two markers are generated (`regions`), from the config models (`keys`), the commands
(`commands`) and the resource (`resource`).
"""
