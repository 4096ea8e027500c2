"""What reads text from outside, tried with text that nobody would write: `make fuzz`.

Each module of `targets` has one reader, and what must hold whatever it reads. `corpus` has inputs
that reach far into it, `crashes` those that once broke it; the tests run all of these without a
fuzzer.
"""
