"""How a page is got: frontier, politeness, guards, rendering, the run's bookkeeping, the command line."""
