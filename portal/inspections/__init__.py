"""Inspections by the supervisor: findings, causes and measures, and violations with their sanctions."""
