"""AWS behind one small interface: the only package that knows botocore."""
