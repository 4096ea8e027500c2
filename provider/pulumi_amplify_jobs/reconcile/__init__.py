"""Bringing live jobs to what is declared, for the provider and the commands alike."""
