"""`amplify-jobs comment`: a preview as a comment on its pull request."""
