"""The exposure year: how long speakers can hear without permission, in a year in which everything goes wrong."""
