"""Codecs: what a network is asked to output for a pose (`encode`), and how a pose is read from it (`decode`)."""
