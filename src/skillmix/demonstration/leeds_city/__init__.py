"""Leeds: published figures, and a neutral fill where publication stops."""
