"""The contract as written: read it, lay the overlay over it, check it, and view it as a client should."""
