"""The demo of an empty library: what it holds, and how it is drawn, filmed and composed."""
