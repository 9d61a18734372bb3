"""How generated/ comes about, step by step; `scripts/generate.py` is the command."""
