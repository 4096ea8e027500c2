"""Why a call failed: from botocore's exceptions to one line, and whether a retry may help."""
