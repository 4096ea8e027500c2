"""What can be wrong with what the emulator is given. Every message is one line.

* EmulatorError
  * SeedError: a seed that cannot be used
  * FaultError: a fault that does not exist
  * ListenError: an address that cannot be listened on
"""


class EmulatorError(Exception):
    """The emulator cannot do what it was asked to; the message is one line."""


class SeedError(EmulatorError, ValueError):
    """Jobs that cannot be seeded; the message names the file, the job and the field."""


class FaultError(EmulatorError, ValueError):
    """A fault that cannot be configured; the message names the valid kinds."""


class ListenError(EmulatorError, OSError):
    """An address that cannot be listened on; the message says which and why."""
