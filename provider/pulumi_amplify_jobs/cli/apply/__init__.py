"""`amplify-jobs apply`: the writes of a plan."""
