"""How long and how much: every bound on what others do, in one place. All times are in seconds."""

PATIENCE = 120.0
"""What one call may take in all: attempts, answers that come slowly, and the pauses between."""

UNREACHED_PATIENCE = 10.0
"""The same while no connection was ever made: a typing error in the endpoint or a missing network
should not take two minutes to be reported."""

ATTEMPT = 30.0
"""What one attempt of a call may take, whatever comes meanwhile: a new one may fare better."""

LAST_ATTEMPT = 1.0
"""What an attempt gets at least, also where it begins at the very end of a call's patience."""

CONNECT = 5.0
"""To wait for a connection."""

READ = 15.0
"""To wait for the next bytes of an answer: short, as a write that was begun has to end soon."""

CREDENTIAL_PROCESS = 60.0
"""What a profile's credential_process may take."""

CREDENTIALS = 75.0
"""To wait for credentials: such a process, SSO, the machine's metadata, and roles from there."""

FAREWELL = 3.0
"""What calls under way get to end in once the user asked to stop: within 5 s all is to be over."""

LARGEST_ANSWER = 2 * 1024 * 1024
"""Bytes of one answer; a page of 25 jobs or of 50 environments is far smaller. Each of many threads
may hold as much, and what it has freed."""

LARGEST_PAGE = 16 * 1024 * 1024
"""The same for 100 apps with all that they may hold, and for 100 comments on GitHub."""

MOST_VALUES = 10_000
"""Values in one answer: 25 jobs have 250. As Python's, each may take a hundred times its bytes."""

MOST_PAGE_VALUES = 300_000
"""The same for 100 apps, each with 3,000 rules, variables and tags, and for 100 comments."""

STEP_SUMMARY = 1024 * 1024
"""The most bytes of a job step's summary on GitHub; of a larger one it shows nothing."""

MOST_PAGES = 4000
"""Pages of one list, such as 100,000 jobs of an environment: beyond them it has no end."""

FRUITLESS = 120.0
"""What a list may take to bring something new; each page that does starts it anew."""
