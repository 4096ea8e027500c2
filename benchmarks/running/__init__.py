"""Running a command and measuring all of its processes; the machine it runs on."""
