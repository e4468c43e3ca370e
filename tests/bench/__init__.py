"""`make bench`: what Tocsin costs, beside its peers, in one run on one machine. No test: no figure
here fails anything, and what misses its goal is shown with the reason.

Every contestant is a process of its own; feeds and Discord are served by further ones, so that
only what is measured is counted. Rounds of ours and of the peer take turns; the median counts.
"""
