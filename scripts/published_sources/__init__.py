"""How each official series becomes tables of figures; used by `published_figures.py` alone."""
