"""Plans: from facts about a file and a recipe to commands as data. Nothing here runs or reads anything."""
