"""Run a worker: ``python -m skillmix.web.jobs.run``, with the same environment as the server."""

from __future__ import annotations

import os


def main() -> None:
    """Set Django up, and work until stopped."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillmix.web.site.settings")
    import django

    django.setup()
    from skillmix.web.jobs.worker import work_until_stopped

    work_until_stopped()


if __name__ == "__main__":
    main()
