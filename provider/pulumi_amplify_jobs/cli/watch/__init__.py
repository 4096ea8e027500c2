"""What `amplify-jobs watch` does: a look at jobs, again and again, and how looks are shown."""
