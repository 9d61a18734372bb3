"""Reports: what was found, for the people and the programs that read it."""
