"""Servers and a cheap client, for what a call to the emulator costs."""
