"""A public page where people from outside ask to take part, and the list on which the office vets them."""
