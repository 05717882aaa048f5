"""Where to look: the registry of sites, one spider, and one small file per site family (CMS)."""
