"""What each role sees first. A home is a page of panels: its heading, what stands first, where to go next."""
