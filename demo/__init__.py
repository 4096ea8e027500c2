"""The whole story on one screen: a stuck job, its preview, its update, its drift and its end."""

import os

# Else gRPC may print on stderr how a provider's server ends. It looks once, when it is imported.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
