"""How each kind of material is made into its formats: photographs, documents, sound and moving pictures."""
