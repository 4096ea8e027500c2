"""`amplify-jobs watch`: following jobs, and showing each look at them."""
