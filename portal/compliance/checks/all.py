"""Imports every module of checks, so that each registers what it holds."""
