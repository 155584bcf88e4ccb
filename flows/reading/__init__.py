"""A questionnaire as people read it before it is sent: items, rules in words, conversations."""
