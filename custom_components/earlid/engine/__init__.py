"""The engine: what may listen, what is known, what to do about it.

Pure: standard library only, synchronous, `now` is always an argument, imports with a single dot. It runs without
Home Assistant, so that a year of a household's life can be tried in a second.
"""
