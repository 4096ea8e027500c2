"""`amplify-jobs plan`: deciding on a stack's jobs, and showing that."""
