"""Loopback imitations of every family of sites, made from a declaration of reports, with the truth beside them."""
