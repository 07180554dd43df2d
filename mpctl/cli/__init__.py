"""The commands: each parses, composes the floors below, calls one use case and renders."""
