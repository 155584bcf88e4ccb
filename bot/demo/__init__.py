"""A sample office to try Lacak in: invented people, simulated answers, the real roads."""
