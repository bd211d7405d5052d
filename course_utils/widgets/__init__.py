"""What answers to a click or a slider; each widget is a thin hull around a function that draws one state."""
