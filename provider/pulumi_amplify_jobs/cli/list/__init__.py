"""`amplify-jobs list`: the live jobs of environments."""
