"""The command line: thin, no arithmetic."""


def main() -> None:
    """Run the command line."""
    raise SystemExit("not built yet")
