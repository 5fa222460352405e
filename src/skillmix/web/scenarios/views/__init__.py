"""Pages of scenarios, runs, comparisons and assumptions."""
