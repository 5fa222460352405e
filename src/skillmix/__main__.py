"""``python -m skillmix`` is the same program as ``skillmix``."""

from skillmix.cli import main

if __name__ == "__main__":
    main()
