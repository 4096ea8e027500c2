"""Declares the Amplify backend jobs of this stack's config."""

from pulumi_amplify_jobs import program

program.run()
