"""The functional core: values and pure functions, without network, files, clock or terminal."""
