"""The tests of limbeck."""
