"""Pages of figures, one file a kind of page."""
