"""Everything that the notebooks of the ResNet course import; each folder says in its first line what it is for."""
