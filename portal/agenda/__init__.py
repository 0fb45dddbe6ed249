"""What a meeting works through: its lines, papers, topics that departments propose, and the run of it."""
