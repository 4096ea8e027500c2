"""Configuration: from what users write in YAML to desired jobs and provider settings."""
