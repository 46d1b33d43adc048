"""How things are found: documents, query values, one query plan, and the engines that compile it."""
