"""Mutation testing of the modules that decide: `make mutation`, docs/mutation.md."""
