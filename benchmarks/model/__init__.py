"""What a run costs, as a model: calls counted exactly, the rest fitted to what was measured."""
