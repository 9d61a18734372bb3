"""One OpenAPI fragment of the Atlas snapshot endpoint; a client, a mock and a contract suite that follow from it."""
