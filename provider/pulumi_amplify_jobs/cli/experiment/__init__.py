"""`amplify-jobs try`: one update of one job, to see what the service makes of it."""
