"""Hostile and broken sites beside an honest one: the honest one loses nothing by them."""
