"""Sentences about the world; see CONTRIBUTING.md for how they are layered."""
