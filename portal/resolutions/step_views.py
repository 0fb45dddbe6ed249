"""Pages on which a resolution goes on its way: approved, issued, signed for, reviewed, closed, and back."""
