"""`make soak`: every fault that this project claims to survive, again and again, and its figures.

Each row of docs/reliability.md is a module in `rows`. A row yields trials, without an end or as
many as a whole run has, and stops where its share of the time is over. A test runs each row once,
small.
"""
