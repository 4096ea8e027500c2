"""`amplify-jobs discover`: finding jobs, and writing the config that declares them."""
