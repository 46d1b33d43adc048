"""The checks of the catalogue itself: database, queues, stores, the machine, and what production asks for."""
