"""Jobs and their worker."""
