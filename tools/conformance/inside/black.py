"""Some tests of post-write hooks want a package of this name to be there; they start nothing."""
