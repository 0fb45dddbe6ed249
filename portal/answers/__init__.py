"""What people say to an invitation: answers, leave, substitutes, needs; and the page of a guest."""
