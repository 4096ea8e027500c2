"""The whole story on one screen: a stuck job, its preview, its update, its drift and its end."""
