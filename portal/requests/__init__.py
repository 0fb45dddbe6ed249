"""What somebody has to decide or what has to become free before a booking stands: approvals and waiting lists."""
