"""`python -m answerable.cli`: the command line where its script is not on the path."""

from answerable.cli.main import run

if __name__ == "__main__":
    run()
