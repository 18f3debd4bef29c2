"""Hostile inputs for everything that takes in what others send or leave behind; `scripts/fuzz` runs it.

`targets/` has one file for each kind of input: what to feed it, and what must never come of it. `search.py` looks for
inputs that reach branches no other has reached, and changes these further; `mutation.py` changes them, `branches.py`
sees where they get.
"""
