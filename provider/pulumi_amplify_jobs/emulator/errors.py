"""What can be wrong with what the emulator is given. Every message is one line."""


class EmulatorError(Exception):
    """The emulator cannot do what it was asked to: the message says what is wrong, and where."""


class DatabaseError(EmulatorError):
    """A database file that cannot be used; the message names the file and says why."""
