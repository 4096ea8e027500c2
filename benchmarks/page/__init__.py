"""docs/benchmarks.md and its pictures, made of docs/benchmarks.json alone."""
