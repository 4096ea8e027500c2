"""`amplify-jobs validate`: checking config offline."""
