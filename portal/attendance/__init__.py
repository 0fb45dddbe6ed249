"""Who was there: codes to scan, the desk, the wall, absences and figures."""
