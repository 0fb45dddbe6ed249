"""Pages of figures and bulletins (督办通报), and their files."""
