"""What a meeting under a regulation proposes, and how it becomes effective."""
