"""Forms on their way: drafted, submitted, evaluated, approved, published (STTW/SOP/HCC/002)."""
