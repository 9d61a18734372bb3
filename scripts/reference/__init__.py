"""The reference pages of the documentation, made from the code and the contract whenever the site is built."""
