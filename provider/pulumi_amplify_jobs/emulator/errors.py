"""What can be wrong with what the emulator is given. Every message is one line."""


class EmulatorError(Exception):
    """The emulator cannot do what it was asked to; the message is one line."""


class SeedError(EmulatorError, ValueError):
    """What cannot be seeded; the message names the file, the job or app, and the field."""


class FaultError(EmulatorError, ValueError):
    """A fault that cannot be configured; the message names what is valid."""


class DurationError(EmulatorError, ValueError):
    """A time that cannot pass; the message says how to write one."""


class DatabaseError(EmulatorError, OSError):
    """A database file that cannot be used; the message names the file and says why."""


class LogError(EmulatorError, OSError):
    """A request log that cannot be written; the message names the file and says why."""


class ListenError(EmulatorError, OSError):
    """An address that cannot be listened on; the message says which and why."""
