"""Rules with cures: what each source's rows are asked, declared in TOML, answered by polars expressions."""

from __future__ import annotations
