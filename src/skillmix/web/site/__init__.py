"""The Django project: settings, addresses, the places that are served, and what stands on every page."""
