"""The command line: one file a command, heavy libraries loaded only where they are used."""
