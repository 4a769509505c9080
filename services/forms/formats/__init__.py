"""One module per kind of value: ``check`` turns what was written into its canonical spelling or refuses it with a reason."""
