"""The script that one would write with boto3: `loop.py JOBS STATUS THREADS preview|up`."""

import json
import pathlib
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

JOBS, STATUS, THREADS, PHASE = sys.argv[1:]
CLIENT = boto3.client("amplifybackend", config=Config(max_pool_connections=int(THREADS)))


def settle(key):
    """Get a job, and update it where it differs."""
    live = CLIENT.get_backend_job(**key)["Status"]
    if live != STATUS:
        print(key["JobId"], live, "=>", STATUS)
        if PHASE == "up":
            CLIENT.update_backend_job(**key, Status=STATUS)


with ThreadPoolExecutor(int(THREADS)) as threads:
    for _ in threads.map(settle, json.loads(pathlib.Path(JOBS).read_text()).values()):
        pass
