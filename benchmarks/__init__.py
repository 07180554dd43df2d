"""mpctl beside its peers: ratios within one run, never seconds across machines."""
