"""The engine alone: no Home Assistant, no clock, a year in a second."""
