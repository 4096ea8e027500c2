"""The pages that `make bench` writes, and their pictures: each made of its JSON alone."""
