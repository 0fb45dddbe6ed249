"""Pages on which instructions and improvements are entered, and what is not issued yet is worded anew."""
