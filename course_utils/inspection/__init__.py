"""Looking into a model: its parameters, its picture, its hooks, and where it parts from another model."""
